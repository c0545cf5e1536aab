// Webhooks and notifications of Cloudflare into facts.
#include "cloudflare/event.h"

#include "cloudflare/form.h"
#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "json/document.h"

#include <cstddef>
#include <initializer_list>
#include <string>
#include <utility>

namespace cloudflare {
namespace {

// When something happened, and the text that said so: two events may differ in nanoseconds only.
struct moment {
  edge::timestamp time;
  std::string_view text;
};

std::optional<moment> moment_in(const json::value& from) {
  const auto text = from.text();
  const auto time = form::time_in(from);
  return text && time ? std::optional(moment{.time = *time, .text = *text}) : std::nullopt;
}

std::optional<moment> last_change_in(const json::value& video) {
  for (const std::string_view name : {"modified", "readyToStreamAt", "created"}) {
    if (const auto found = moment_in(video[name])) {
      return found;
    }
  }
  return std::nullopt;
}

// The same for the same parts. None of them has a line break in it.
std::string event_id_of(std::initializer_list<std::string_view> parts) {
  constexpr std::size_t size = 32;
  crypto::sha256 hash;
  for (const std::string_view part : parts) {
    hash.update(part).update("\n");
  }
  return crypto::hex_encode(hash.finish()).substr(0, size);
}

// Cloudflare writes -1 where it does not know.
std::optional<double> duration_in(const json::value& from) {
  const auto seconds = from.number();
  return seconds && *seconds >= 0 ? seconds : std::nullopt;
}

// Cloudflare's API and its documentation of webhooks spell the name differently. Without an error it is
// empty.
std::optional<std::string> error_code_in(const json::value& status) {
  const auto code = form::text_in(status["errorReasonCode"], form::is_error_code);
  return code ? code : form::text_in(status["errReasonCode"], form::is_error_code);
}

std::optional<std::string> hls_url_in(const json::value& video, const settings& with) {
  const auto url = video["playback"]["hls"].text();
  return url && with.is_playback_url(*url) ? std::optional(std::string(*url)) : std::nullopt;
}

} // namespace

std::expected<std::optional<fact>, event_error> read_video_event(std::string_view body,
                                                                 const settings& with) {
  const auto document = json::document::parse(body);
  if (!document) {
    return std::unexpected(event_error::not_json);
  }
  const json::value video = document->root();
  const auto state = video["status"]["state"].text();
  if (!state) {
    return std::unexpected(event_error::no_type);
  }
  const auto kind = fact_kind_of_state(*state);
  if (!kind) {
    return std::nullopt;
  }
  const auto id = form::text_in(video["uid"], form::is_id);
  if (!id) {
    return std::unexpected(event_error::bad_resource);
  }
  const auto at = last_change_in(video);
  if (!at) {
    return std::unexpected(event_error::bad_time);
  }
  return fact{.event_id = event_id_of({*id, *state, at->text}),
              .kind = *kind,
              .at = at->time,
              .live_input_id = form::text_in(video["liveInput"], form::is_id),
              .video_id = id,
              .created = form::time_in(video["created"]),
              .duration = duration_in(video["duration"]),
              .hls_url = hls_url_in(video, with),
              .error_code = error_code_in(video["status"])};
}

std::expected<std::optional<fact>, event_error> read_notification(std::string_view body) {
  const auto document = json::document::parse(body);
  if (!document) {
    return std::unexpected(event_error::not_json);
  }
  // The `text` beside it says the same to people.
  const json::value data = document->root()["data"];
  const auto type = data["event_type"].text();
  const auto kind = fact_kind_of_event(type.value_or(""));
  if (!type || !kind) {
    return std::nullopt;
  }
  const auto id = form::text_in(data["input_id"], form::is_id);
  if (!id) {
    return std::unexpected(event_error::bad_resource);
  }
  const auto at = moment_in(data["updated_at"]);
  if (!at) {
    return std::unexpected(event_error::bad_time);
  }
  return fact{.event_id = event_id_of({*id, *type, at->text}),
              .kind = *kind,
              .at = at->time,
              .live_input_id = id,
              .error_code = form::text_in(data["live_input_errored"]["error"]["code"], form::is_error_code)};
}

} // namespace cloudflare
