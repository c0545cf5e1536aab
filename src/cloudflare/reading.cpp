#include "cloudflare/reading.h"

#include <array>
#include <string>
#include <utility>

namespace cloudflare::form {

using namespace providers;

bool is_id(std::string_view text) { return is_made_of(text, 64, is_letter_or_digit); }

bool is_error_code(std::string_view text) {
  return is_made_of(text, 64, [](char each) { return is_digit(each) || is_upper(each) || each == '_'; }) ||
         is_made_of(text, 64, [](char each) { return is_lower(each) || is_upper(each) || each == '_'; });
}

bool is_url(std::string_view text) {
  return is_made_of(
      text, 512, [](char each) { return is_visible(each) && !std::string_view{"\"'\\<>`"}.contains(each); });
}

bool is_rtmp_url(std::string_view text) {
  return is_url(text) && (text.starts_with("rtmps://") || text.starts_with("rtmp://"));
}

bool is_srt_url(std::string_view text) { return is_url(text) && text.starts_with("srt://"); }

bool is_key(std::string_view text) { return is_made_of(text, 255, is_visible); }

} // namespace cloudflare::form

namespace cloudflare {

namespace {

using providers::word;

std::optional<crypto::secret> secret_in(const json::value& from, providers::form has_form) {
  return text_in(from, has_form).transform([](std::string text) { return crypto::secret{std::move(text)}; });
}

// The words of the documentation, and those of real answers.
constexpr std::array<word<encoder_state>, 10> states{
    {{"connected", encoder_state::connected},
     {"new_configuration_accepted", encoder_state::connected},
     {"reconnected", encoder_state::connected},
     {"disconnected", encoder_state::disconnected},
     {"reconnecting", encoder_state::disconnected},
     {"client_disconnect", encoder_state::disconnected},
     {"ttl_exceeded", encoder_state::disconnected},
     {"failed_to_connect", encoder_state::disconnected},
     {"failed_to_reconnect", encoder_state::disconnected},
     {"errored", encoder_state::errored}}};

constexpr std::array<word<video_state>, 3> video_states{
    {{"live-inprogress", video_state::live}, {"ready", video_state::ready}, {"error", video_state::failed}}};

// Cloudflare's API and its documentation of webhooks spell the name differently. Without an error the text is
// empty.
std::optional<std::string> error_code_in(const json::value& status) {
  const auto code = text_in(status["errorReasonCode"], form::is_error_code);
  return code ? code : text_in(status["errReasonCode"], form::is_error_code);
}

std::optional<edge::timestamp> last_change_in(const json::value& video) {
  for (const std::string_view name : {"modified", "readyToStreamAt", "created"}) {
    if (const auto found = time_in(video[name])) {
      return found;
    }
  }
  return std::nullopt;
}

std::optional<std::string> playback_url_in(const json::value& from, const settings& with) {
  auto url = text_in(from, form::is_url);
  return url && with.is_playback_url(*url) ? std::move(url) : std::nullopt;
}

// The part before the id of the address at which a live input is watched by WHEP.
std::optional<std::string> customer_url_in(const json::value& live_input, std::string_view id,
                                           const settings& with) {
  const std::string address = playback_url_in(live_input["webRTCPlayback"]["url"], with).value_or("");
  const std::size_t end = address.find("/" + std::string{id} + "/");
  return end == std::string::npos ? std::nullopt : std::optional{address.substr(0, end)};
}

} // namespace

std::optional<live_input> live_input_in(const json::value& from, const settings& with) {
  auto id = text_in(from["uid"], form::is_id);
  auto whip = playback_url_in(from["webRTC"]["url"], with);
  auto rtmps_url = text_in(from["rtmps"]["url"], form::is_rtmp_url);
  auto rtmps_key = secret_in(from["rtmps"]["streamKey"], form::is_key);
  auto srt_url = text_in(from["srt"]["url"], form::is_srt_url);
  auto srt_stream_id = secret_in(from["srt"]["streamId"], form::is_key);
  auto srt_passphrase = secret_in(from["srt"]["passphrase"], form::is_key);
  auto customer_url = id ? customer_url_in(from, *id, with) : std::nullopt;
  if (!customer_url || !whip || !rtmps_url || !rtmps_key || !srt_url || !srt_stream_id || !srt_passphrase) {
    return std::nullopt;
  }
  return live_input{.id = *std::move(id),
                    .whip_url = crypto::secret{*std::move(whip)},
                    .rtmps_url = *std::move(rtmps_url),
                    .rtmps_key = *std::move(rtmps_key),
                    .srt_url = *std::move(srt_url),
                    .srt_stream_id = *std::move(srt_stream_id),
                    .srt_passphrase = *std::move(srt_passphrase),
                    .customer_url = *std::move(customer_url),
                    .require_signed_urls = from["recording"]["requireSignedURLs"].boolean().value_or(false),
                    .enabled = from["enabled"].boolean().value_or(true),
                    .status = status_in(from["status"])};
}

std::optional<output> output_in(const json::value& from) {
  auto id = text_in(from["uid"], form::is_id);
  auto url = text_in(from["url"], form::is_url);
  auto key = secret_in(from["streamKey"], form::is_key);
  if (!id || !url || !key) {
    return std::nullopt;
  }
  return output{.id = *std::move(id),
                .url = *std::move(url),
                .stream_key = *std::move(key),
                .enabled = from["enabled"].boolean().value_or(true)};
}

video_state video_state_of(std::string_view word) {
  return meaning_of(word, video_states).value_or(video_state::other);
}

std::optional<video> video_in(const json::value& from, const settings& with) {
  const bool queued = !from["uid"].exists();
  auto id = text_in(from[queued ? "id" : "uid"], form::is_id);
  const auto state = from["status"]["state"].text();
  const auto modified = last_change_in(from);
  if (!id || !state || !modified) {
    return std::nullopt;
  }
  return video{.id = *std::move(id),
               .state = video_state_of(*state),
               .created = time_in(from["created"]),
               .modified = *modified,
               .duration = duration_in(from["duration"]),
               .hls_url = playback_url_in(queued ? from["hlsPlaybackUrl"] : from["playback"]["hls"], with),
               .error_code = error_code_in(from["status"]),
               .live_input_id = text_in(from[queued ? "liveInputId" : "liveInput"], form::is_id)};
}

std::optional<live_input_status> status_in(const json::value& from) {
  if (!from.exists() || from.is_null()) {
    return std::nullopt;
  }
  const json::value current = from["current"];
  const auto state = from.text() ? from.text() : current["state"].text();
  return live_input_status{.state = meaning_of(state, states).value_or(encoder_state::unknown),
                           .since = time_in(current["statusEnteredAt"]),
                           .reason = text_in(current["reason"], form::is_error_code)};
}

} // namespace cloudflare
