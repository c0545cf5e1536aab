// Cloudflare's objects, checked.
#include "cloudflare/reading.h"

#include "cloudflare/form.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace cloudflare {
namespace {

std::optional<crypto::secret> secret_in(const json::value& from, bool (*has_form)(std::string_view)) {
  auto text = form::text_in(from, has_form);
  return text ? std::optional(crypto::secret(*std::move(text))) : std::nullopt;
}

// What an enumerator is called, here or there.
template <class Enum>
struct word {
  std::string_view text;
  Enum meaning;
};
template <class Enum>
word(const char*, Enum) -> word<Enum>;

template <class Enum, std::size_t Size>
std::optional<Enum> meaning_of(std::optional<std::string_view> text,
                               const std::array<word<Enum>, Size>& words) {
  const auto found = std::ranges::find(words, text, &word<Enum>::text);
  return found == words.end() ? std::nullopt : std::optional(found->meaning);
}

// Those of the documentation, and those of the answers.
constexpr std::array states = {
    word{"connected", encoder_state::connected},
    word{"reconnected", encoder_state::connected},
    word{"disconnected", encoder_state::disconnected},
    word{"reconnecting", encoder_state::disconnected},
    word{"client_disconnect", encoder_state::disconnected},
    word{"ttl_exceeded", encoder_state::disconnected},
    word{"failed_to_connect", encoder_state::disconnected},
    word{"failed_to_reconnect", encoder_state::disconnected},
    word{"errored", encoder_state::errored},
};

constexpr std::array protocols = {
    word{"rtmp", ingest_protocol::rtmp},
    word{"srt", ingest_protocol::srt},
    word{"webrtc", ingest_protocol::webrtc},
};

constexpr std::array video_states = {
    word{"live-inprogress", video_state::live},
    word{"ready", video_state::ready},
    word{"error", video_state::failed},
};

// Cloudflare writes -1 where it does not know.
std::optional<double> duration_in(const json::value& from) {
  constexpr double longest = 1e7; // seconds; both end a recording after days, and what is more is no duration
  const auto seconds = from.number();
  return seconds && *seconds >= 0 && *seconds <= longest ? seconds : std::nullopt;
}

// Cloudflare's API and its documentation of webhooks spell the name differently. Without an error it is
// empty.
std::optional<std::string> error_code_in(const json::value& status) {
  const auto code = form::text_in(status["errorReasonCode"], form::is_error_code);
  return code ? code : form::text_in(status["errReasonCode"], form::is_error_code);
}

std::optional<edge::timestamp> last_change_in(const json::value& video) {
  for (const std::string_view name : {"modified", "readyToStreamAt", "created"}) {
    if (const auto found = form::time_in(video[name])) {
      return found;
    }
  }
  return std::nullopt;
}

// The part of a playback address before its id.
std::optional<std::string> customer_url_in(std::string_view address, std::string_view id) {
  const std::size_t begin_of_id = address.find("/" + std::string(id) + "/");
  return begin_of_id == std::string_view::npos ? std::nullopt
                                               : std::optional(std::string(address.substr(0, begin_of_id)));
}

std::optional<std::string> playback_url_in(const json::value& from, const settings& with) {
  auto url = form::text_in(from, form::is_url);
  return url && with.is_playback_url(*url) ? std::move(url) : std::nullopt;
}

} // namespace

std::optional<live_input> live_input_in(const json::value& from, const settings& with) {
  auto id = form::text_in(from["uid"], form::is_id);
  auto whip = playback_url_in(from["webRTC"]["url"], with);
  auto whep = playback_url_in(from["webRTCPlayback"]["url"], with);
  auto rtmps_url = form::text_in(from["rtmps"]["url"], form::is_rtmp_url);
  auto rtmps_key = secret_in(from["rtmps"]["streamKey"], form::is_key);
  auto srt_url = form::text_in(from["srt"]["url"], form::is_srt_url);
  auto srt_stream_id = secret_in(from["srt"]["streamId"], form::is_key);
  auto srt_passphrase = secret_in(from["srt"]["passphrase"], form::is_key);
  if (!id || !whip || !whep || !rtmps_url || !rtmps_key || !srt_url || !srt_stream_id || !srt_passphrase) {
    return std::nullopt;
  }
  const auto customer_url = customer_url_in(*whep, *id);
  if (!customer_url) {
    return std::nullopt;
  }
  const std::string manifest = *customer_url + "/" + *id + "/manifest/video";
  return live_input{.id = *std::move(id),
                    .whip_url = crypto::secret(*std::move(whip)),
                    .rtmps_url = *std::move(rtmps_url),
                    .rtmps_key = *std::move(rtmps_key),
                    .srt_url = *std::move(srt_url),
                    .srt_stream_id = *std::move(srt_stream_id),
                    .srt_passphrase = *std::move(srt_passphrase),
                    .customer_url = *customer_url,
                    .whep_url = *std::move(whep),
                    .hls_url = playback_url_in(from["playback"]["hls"], with).value_or(manifest + ".m3u8"),
                    .dash_url = playback_url_in(from["playback"]["dash"], with).value_or(manifest + ".mpd"),
                    .enabled = from["enabled"].boolean().value_or(true),
                    .status = status_in(from["status"])};
}

std::optional<output> output_in(const json::value& from) {
  auto id = form::text_in(from["uid"], form::is_id);
  auto url = form::text_in(from["url"], form::is_url);
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
  auto id = form::text_in(from["uid"], form::is_id);
  const auto state = from["status"]["state"].text();
  const auto modified = last_change_in(from);
  if (!id || !state || !modified) {
    return std::nullopt;
  }
  return video{.id = *std::move(id),
               .state = video_state_of(*state),
               .ready_to_stream = from["readyToStream"].boolean().value_or(false),
               .created = form::time_in(from["created"]),
               .modified = *modified,
               .duration = duration_in(from["duration"]),
               .hls_url = playback_url_in(from["playback"]["hls"], with),
               .dash_url = playback_url_in(from["playback"]["dash"], with),
               .thumbnail_url = playback_url_in(from["thumbnail"], with),
               .error_code = error_code_in(from["status"]),
               .live_input_id = form::text_in(from["liveInput"], form::is_id)};
}

std::optional<live_input_status> status_in(const json::value& from) {
  if (!from.exists() || from.is_null()) {
    return std::nullopt;
  }
  const json::value current = from["current"];
  const auto state = from.text() ? from.text() : current["state"].text();
  return live_input_status{.state = meaning_of(state, states).value_or(encoder_state::unknown),
                           .protocol = meaning_of(current["ingestProtocol"].text(), protocols),
                           .since = form::time_in(current["statusEnteredAt"])};
}

} // namespace cloudflare
