// A hash of what makes an event differ from others.
#include "cloudflare/fact.h"

#include "cloudflare/reading.h"
#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "json/reader.h"
#include "json/writer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace cloudflare {

std::string event_id_of(std::initializer_list<std::string_view> parts) {
  constexpr std::size_t size = 32;
  crypto::sha256 hash;
  for (const std::string_view part : parts) {
    hash.update(part).update("\n");
  }
  return crypto::hex_encode(hash.finish()).substr(0, size);
}

// The kinds of fact with their names and what they come from.

namespace {

struct row {
  fact_kind kind;
  std::string_view name;
  std::string_view event; // of a live input; a video has none
};

constexpr std::array rows = {
    row{fact_kind::video_live, "video_live", "-"},
    row{fact_kind::video_ready, "video_ready", "-"},
    row{fact_kind::video_failed, "video_failed", "-"},
    row{fact_kind::input_connected, "input_connected", "live_input.connected"},
    row{fact_kind::input_disconnected, "input_disconnected", "live_input.disconnected"},
    row{fact_kind::input_errored, "input_errored", "live_input.errored"},
};

// name_of finds a kind by its place.
static_assert(std::ranges::is_sorted(rows, {}, &row::kind) &&
              rows.size() == static_cast<std::size_t>(fact_kind::input_errored) + 1);

std::optional<fact_kind> kind_where(std::string_view row::* column, std::string_view text) {
  const auto found = std::ranges::find(rows, text, column);
  return found == rows.end() || text == "-" ? std::nullopt : std::optional(found->kind);
}

} // namespace

std::string_view name_of(fact_kind kind) noexcept { return rows[static_cast<std::size_t>(kind)].name; }

std::optional<fact_kind> fact_kind_named(std::string_view name) noexcept {
  return kind_where(&row::name, name);
}

std::optional<fact_kind> fact_kind_of_event(std::string_view event_type) noexcept {
  return kind_where(&row::event, event_type);
}

// Facts to and from the metadata of a key.

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

// Live inputs into facts.

std::optional<fact> fact_of(const live_input& read) {
  if (!read.status || !read.status->since) {
    return std::nullopt;
  }
  const bool connected = read.status->state == encoder_state::connected;
  if (!connected && read.status->state != encoder_state::disconnected) {
    return std::nullopt;
  }
  const auto kind = connected ? fact_kind::input_connected : fact_kind::input_disconnected;
  const edge::timestamp at = *read.status->since;
  return fact{.event_id =
                  event_id_of({read.id, name_of(kind), std::to_string(at.time_since_epoch().count())}),
              .kind = kind,
              .at = at,
              .live_input_id = read.id};
}

// Videos into facts.

namespace {

std::optional<fact_kind> kind_of(video_state state) {
  switch (state) {
  case video_state::live: return fact_kind::video_live;
  case video_state::ready: return fact_kind::video_ready;
  case video_state::failed: return fact_kind::video_failed;
  case video_state::other: return std::nullopt;
  }
  return std::nullopt;
}

} // namespace

std::optional<fact> fact_of(const video& read) {
  const auto kind = kind_of(read.state);
  if (!kind) {
    return std::nullopt;
  }
  // A number, for the same time may be written with more or fewer decimals elsewhere.
  const std::string changed = std::to_string(read.modified.time_since_epoch().count());
  return fact{.event_id = event_id_of({read.id, name_of(*kind), changed}),
              .kind = *kind,
              .at = read.modified,
              .live_input_id = read.live_input_id,
              .video_id = read.id,
              .created = read.created,
              .duration = read.duration,
              .hls_url = read.hls_url,
              .error_code = read.error_code};
}

} // namespace cloudflare
