// The kinds of fact with their names and the events they come from.
#include "mux/fact.h"

#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "json/reader.h"
#include "json/writer.h"
#include "mux/reading.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace mux {

namespace {

struct row {
  fact_kind kind;
  std::string_view name;
  std::string_view event;
};

constexpr std::array rows = {
    row{fact_kind::stream_connected, "stream_connected", "video.live_stream.connected"},
    row{fact_kind::stream_recording, "stream_recording", "video.live_stream.recording"},
    row{fact_kind::stream_active, "stream_active", "video.live_stream.active"},
    row{fact_kind::stream_disconnected, "stream_disconnected", "video.live_stream.disconnected"},
    row{fact_kind::stream_idle, "stream_idle", "video.live_stream.idle"},
    row{fact_kind::stream_enabled, "stream_enabled", "video.live_stream.enabled"},
    row{fact_kind::stream_disabled, "stream_disabled", "video.live_stream.disabled"},
    row{fact_kind::stream_deleted, "stream_deleted", "video.live_stream.deleted"},
    row{fact_kind::asset_created, "asset_created", "video.asset.created"},
    row{fact_kind::asset_ready, "asset_ready", "video.asset.ready"},
    row{fact_kind::asset_completed, "asset_completed", "video.asset.live_stream_completed"},
    row{fact_kind::asset_errored, "asset_errored", "video.asset.errored"},
    row{fact_kind::asset_deleted, "asset_deleted", "video.asset.deleted"},
};

// name_of finds a kind by its place.
static_assert(std::ranges::is_sorted(rows, {}, &row::kind) &&
              rows.size() == static_cast<std::size_t>(fact_kind::asset_deleted) + 1);

std::optional<fact_kind> kind_where(std::string_view row::* column, std::string_view text) {
  const auto found = std::ranges::find(rows, text, column);
  return found == rows.end() ? std::nullopt : std::optional(found->kind);
}

} // namespace

std::string_view name_of(fact_kind kind) noexcept { return rows[static_cast<std::size_t>(kind)].name; }

std::optional<fact_kind> fact_kind_named(std::string_view name) noexcept {
  return kind_where(&row::name, name);
}

std::optional<fact_kind> fact_kind_of_event(std::string_view type) noexcept {
  return kind_where(&row::event, type);
}

// Facts to and from the metadata of a key.

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

// Assets into facts.

namespace {

std::optional<fact_kind> kind_of(const asset& read) {
  if (read.status == asset_status::errored) {
    return fact_kind::asset_errored;
  }
  const bool is_whole = read.status == asset_status::ready && !read.is_live;
  return is_whole ? std::optional(fact_kind::asset_completed) : std::nullopt;
}

// An asset's id may be longer than an event's. No UUID begins so.
std::string event_id_of(const asset& read, fact_kind kind) {
  constexpr std::size_t size = 32;
  crypto::sha256 hash;
  hash.update(read.id).update("\n").update(name_of(kind));
  return "list-" + crypto::hex_encode(hash.finish()).substr(0, size);
}

} // namespace

std::optional<fact> fact_of(const asset& read, edge::timestamp now) {
  const auto kind = kind_of(read);
  if (!kind || !read.live_stream_id) {
    return std::nullopt;
  }
  return fact{.event_id = event_id_of(read, *kind),
              .kind = *kind,
              .at = now,
              .live_stream_id = *read.live_stream_id,
              .asset_id = read.id,
              .playback = read.playback,
              .is_live = read.is_live,
              .duration = read.duration,
              .started_at = read.started_at ? read.started_at : read.created_at,
              .passthrough = read.passthrough,
              .error = read.error};
}

std::optional<fact> beginning_of(const asset& read) {
  const auto at = read.started_at ? read.started_at : read.created_at;
  if (!at || !read.live_stream_id || kind_of(read)) {
    return std::nullopt;
  }
  const auto kind = read.status == asset_status::ready ? fact_kind::stream_active : fact_kind::asset_created;
  return fact{.event_id = event_id_of(read, kind),
              .kind = kind,
              .at = *at,
              .live_stream_id = *read.live_stream_id,
              .asset_id = read.id,
              .playback = read.playback,
              .started_at = at,
              .passthrough = read.passthrough};
}

} // namespace mux
