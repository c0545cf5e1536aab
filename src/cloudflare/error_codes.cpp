#include "cloudflare/error_codes.h"

#include "providers/fields.h"

#include <array>
#include <optional>

namespace cloudflare {

namespace {

using providers::word;

constexpr std::string_view storage_full = "ERR_STORAGE_QUOTA_EXHAUSTED";
constexpr std::string_view not_subscribed = "ERR_MISSING_SUBSCRIPTION";

constexpr std::array<word<std::string_view>, 6> ingest_errors{
    {{"ERR_GOP_OUT_OF_RANGE", "Cloudflare cannot use the encoder's video: set a key frame every 4 seconds"},
     {"ERR_UNSUPPORTED_VIDEO_CODEC", "Cloudflare cannot use the encoder's video: send H.264"},
     {"ERR_UNSUPPORTED_AUDIO_CODEC", "Cloudflare cannot use the encoder's sound: send AAC"},
     {storage_full,
      "Cloudflare takes no broadcast, because the storage of its account is full: tell the operator of this "
      "service"},
     {not_subscribed,
      "Cloudflare takes no broadcast, because its account has no subscription: tell the operator of this "
      "service"},
     {"ERR_UNHEALTHY", "Cloudflare cannot process the broadcast: check the encoder's settings, disconnect, "
                       "and connect again"}}};

constexpr std::array<word<std::string_view>, 6> video_errors{
    {{"ERR_NON_VIDEO", "there is no video in it"},
     {"ERR_DURATION_EXCEED_CONSTRAINT", "it is too long"},
     {"ERR_DURATION_TOO_SHORT", "it is too short"},
     {"ERR_FETCH_ORIGIN_ERROR", "it could not be fetched"},
     {"ERR_MALFORMED_VIDEO", "its video is damaged"},
     {not_finished, "it was not finished within a day"}}};

std::string with_code(std::string_view sentence, std::string_view code) {
  return std::string{sentence}.append(" (").append(code).append(").");
}

} // namespace

std::string describe_ingest_error(std::string_view code) {
  return with_code(
      providers::meaning_of(std::optional{code}, ingest_errors)
          .value_or("Cloudflare cannot use what the encoder sends: check its settings, disconnect, and "
                    "connect again"),
      code);
}

std::string describe_video_error(std::string_view code) {
  const auto why =
      providers::meaning_of(std::optional{code}, video_errors).value_or("it cannot be processed");
  return with_code(std::string{"Cloudflare could not make the recording: "}.append(why), code);
}

bool is_operators(std::string_view code) { return code == storage_full || code == not_subscribed; }

} // namespace cloudflare
