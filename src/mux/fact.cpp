// Facts to and from the metadata of a key.
#include "mux/fact.h"

#include "json/document.h"
#include "json/object.h"
#include "mux/form.h"

#include <chrono>
#include <cstdint>
#include <utility>

namespace mux {
namespace {

std::int64_t number_of(edge::timestamp time) { return time.time_since_epoch().count(); }

std::optional<edge::timestamp> timestamp_in(const json::value& from) {
  return from.integer().transform(
      [](std::int64_t number) { return edge::timestamp(std::chrono::microseconds(number)); });
}

std::optional<playback_id> playback_in(const json::value& from) {
  auto id = form::text_in(from["playback"], form::is_id);
  const auto policy = playback_policy_of(from["policy"].text().value_or(""));
  return id && policy ? std::optional(playback_id{.id = *std::move(id), .policy = *policy}) : std::nullopt;
}

} // namespace

// With every text at its longest (form.h): 64 + 3 * 128 + 255 + 64 bytes of text, 17 of kind, 6 of policy, 2
// * 20 and 24 of numbers, 5 of truth, and 130 of names and punctuation: 989.
std::string fact::to_metadata() const {
  json::object text;
  text.set("event", event_id).set("kind", name_of(kind)).set("at", number_of(at));
  text.set("stream", live_stream_id).set_if("asset", asset_id);
  if (playback) {
    text.set("playback", playback->id).set("policy", name_of(playback->policy));
  }
  text.set_if("live", is_live).set_if("duration", duration);
  text.set_if("started", started_at.transform(number_of));
  text.set_if("passthrough", passthrough).set_if("error", error);
  return text.dump();
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
  auto event_id = form::text_in(root["event"], form::is_event_id);
  const auto kind = root["kind"].text().and_then(fact_kind_named);
  const auto at = timestamp_in(root["at"]);
  auto live_stream_id = form::text_in(root["stream"], form::is_id);
  auto asset_id = form::text_in(root["asset"], form::is_id);
  if (!event_id || !kind || !at || !live_stream_id || (is_about_asset(*kind) && !asset_id)) {
    return std::nullopt;
  }
  return fact{.event_id = *std::move(event_id),
              .kind = *kind,
              .at = *at,
              .live_stream_id = *std::move(live_stream_id),
              .asset_id = std::move(asset_id),
              .playback = playback_in(root),
              .is_live = root["live"].boolean(),
              .duration = root["duration"].number(),
              .started_at = timestamp_in(root["started"]),
              .passthrough = form::text_in(root["passthrough"], form::is_passthrough),
              .error = form::text_in(root["error"], form::is_error_type)};
}

} // namespace mux
