// Facts to and from the metadata of a key.
#include "cloudflare/fact.h"

#include "cloudflare/form.h"
#include "json/document.h"
#include "json/object.h"

#include <chrono>
#include <cstdint>
#include <utility>

namespace cloudflare {
namespace {

std::int64_t number_of(edge::timestamp time) { return time.time_since_epoch().count(); }

std::optional<edge::timestamp> timestamp_in(const json::value& from) {
  return from.integer().transform(
      [](std::int64_t number) { return edge::timestamp(std::chrono::microseconds(number)); });
}

bool has_its_resource(const fact& what) {
  return what.kind <= fact_kind::video_failed ? what.video_id.has_value() : what.live_input_id.has_value();
}

} // namespace

// With every text at its longest (form.h): 32 + 3 * 64 + 512 bytes of text, 18 of kind, 2 * 20 and 24 of
// numbers, and 110 of names and punctuation: 928.
std::string fact::to_metadata() const {
  return json::object()
      .set("event", event_id)
      .set("kind", name_of(kind))
      .set("at", number_of(at))
      .set_if("input", live_input_id)
      .set_if("video", video_id)
      .set_if("created", created.transform(number_of))
      .set_if("duration", duration)
      .set_if("hls", hls_url)
      .set_if("error", error_code)
      .dump();
}

std::optional<fact> fact::from_metadata(std::string_view text) {
  if (text.size() > max_metadata_size) {
    return std::nullopt;
  }
  const auto document = json::document::parse(text);
  if (!document) {
    return std::nullopt;
  }
  const json::value root = document->root();
  auto event_id = form::text_in(root["event"], form::is_id);
  const auto kind = root["kind"].text().and_then(fact_kind_named);
  const auto at = timestamp_in(root["at"]);
  if (!event_id || !kind || !at) {
    return std::nullopt;
  }
  fact found{.event_id = *std::move(event_id),
             .kind = *kind,
             .at = *at,
             .live_input_id = form::text_in(root["input"], form::is_id),
             .video_id = form::text_in(root["video"], form::is_id),
             .created = timestamp_in(root["created"]),
             .duration = root["duration"].number(),
             .hls_url = form::text_in(root["hls"], form::is_url),
             .error_code = form::text_in(root["error"], form::is_error_code)};
  return has_its_resource(found) ? std::optional(std::move(found)) : std::nullopt;
}

} // namespace cloudflare
