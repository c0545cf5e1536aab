// The forms of text from Cloudflare.
#include "cloudflare/reading.h"

#include "cloudflare/api.h"
#include "edge/http/status.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace cloudflare::form {

namespace {

bool is_digit(char character) { return character >= '0' && character <= '9'; }
bool is_upper(char character) { return character >= 'A' && character <= 'Z'; }
bool is_letter_or_digit(char character) {
  return is_digit(character) || is_upper(character) || (character >= 'a' && character <= 'z');
}
bool is_visible(char character) { return character > ' ' && character <= '~'; }

template <class Predicate>
bool is_made_of(std::string_view text, std::size_t max_size, Predicate allowed) {
  return !text.empty() && text.size() <= max_size && std::ranges::all_of(text, allowed);
}

} // namespace

bool is_id(std::string_view text) { return is_made_of(text, 64, is_letter_or_digit); }

bool is_id_or_token(std::string_view text) {
  return is_made_of(text, 4096,
                    [](char character) {
                      return is_letter_or_digit(character) || character == '-' || character == '_' ||
                             character == '.';
                    }) &&
         is_letter_or_digit(text.front());
}

bool is_error_code(std::string_view text) {
  return is_made_of(text, 64, [](char character) {
    return is_digit(character) || is_upper(character) || character == '_';
  });
}

bool is_url(std::string_view text) {
  constexpr std::string_view excluded = "\"'\\<>`";
  return is_made_of(text, 512,
                    [&](char character) { return is_visible(character) && !excluded.contains(character); });
}

bool is_rtmp_url(std::string_view text) {
  return is_url(text) && (text.starts_with("rtmps://") || text.starts_with("rtmp://"));
}

bool is_srt_url(std::string_view text) { return is_url(text) && text.starts_with("srt://"); }

bool is_key(std::string_view text) { return is_made_of(text, 255, is_visible); }

std::optional<std::string> text_in(const json::value& from, bool (*has_form)(std::string_view)) {
  const auto text = from.text();
  return text && has_form(*text) ? std::optional(std::string(*text)) : std::nullopt;
}

std::optional<edge::timestamp> time_in(const json::value& from) {
  return from.text().and_then(edge::parse_timestamp);
}

} // namespace cloudflare::form

namespace cloudflare {

// Cloudflare's statuses and envelopes as errors.

namespace {

// Who goes beyond the limit is refused for five minutes, whatever is asked for.
constexpr std::chrono::seconds throttle_window{300};

// Cloudflare's number for what is wrong; zero where there is none.
std::int64_t code_in(const json::value& envelope) {
  return envelope["errors"].at(0)["code"].integer().value_or(0);
}

} // namespace

edge::outcome<std::string> body_of(std::string_view step,
                                   edge::outcome_of<edge::operation::fetch>&& outcome) {
  std::string refusal;
  auto answer = edge::succeeded(step, std::move(outcome), &refusal);
  if (answer) {
    return std::move(answer->body);
  }
  edge::error error = answer.error();
  // A body of 5xx need not be JSON, and may be empty.
  if (const auto document = json::document::parse(refusal)) {
    error.code = code_in(document->root());
    if (error.code == api::still_live) {
      error.why = "it is still being recorded";
    }
  }
  if (error.kind == edge::error_kind::throttled && !error.retry_after) {
    error.retry_after = throttle_window;
  }
  return std::unexpected(error);
}

edge::outcome<json::document> document_of(std::string_view step, std::string_view body) {
  auto document = json::document::parse(body);
  if (!document) {
    return std::unexpected(malformed(step));
  }
  const json::value envelope = document->root();
  const auto success = envelope["success"].boolean();
  if (!success) {
    return std::unexpected(malformed(step));
  }
  if (!*success) {
    return std::unexpected(edge::error{
        .kind = edge::error_kind::rejected, .what = step, .status = 200, .code = code_in(envelope)});
  }
  return *std::move(document);
}

edge::error malformed(std::string_view step, std::string_view why) {
  return {.kind = edge::error_kind::malformed, .what = step, .why = why};
}

edge::error refused(std::string_view step, std::string_view why) {
  return {.kind = edge::error_kind::rejected, .what = step, .why = why};
}

// Cloudflare's objects, checked.

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
