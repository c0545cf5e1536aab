// Facts to and from metadata, and from live inputs and videos.
#include "cloudflare/fact.h"

#include "cloudflare/reading.h"
#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "json/number.h"
#include "providers/metadata.h"

#include <array>
#include <cstddef>
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

namespace {

using providers::kind_names;

// clang-format off
constexpr std::array rows = {
    kind_names{"video_live",         ""}, // events about a video have no names
    kind_names{"video_ready",        ""},
    kind_names{"video_failed",       ""},
    kind_names{"video_deleted",      ""},
    kind_names{"input_connected",    "live_input.connected"},
    kind_names{"input_disconnected", "live_input.disconnected"},
    kind_names{"input_errored",      "live_input.errored"},
};
// clang-format on
static_assert(rows.size() == static_cast<std::size_t>(fact_kind::input_errored) + 1);

// The fields of a fact in metadata. With every text at its longest (reading.h) they are 32 + 3 * 64 + 512
// bytes of text, 18 of kind, 2 * 20 and 24 of numbers, and 110 of names and punctuation: 928.
template <class Fact, class Codec>
void describe(Fact& what, Codec& codec) {
  codec.text("event", what.event_id, form::is_id);
  codec.kind(what.kind, rows);
  codec.time("at", what.at);
  codec.text("input", what.live_input_id, form::is_id);
  codec.text("video", what.video_id, form::is_id);
  codec.time("created", what.created);
  codec.duration("duration", what.duration);
  codec.text("hls", what.hls_url, form::is_url);
  codec.text("error", what.error_code, form::is_error_code);
}

bool has_its_resource(const fact& what) {
  return what.kind <= fact_kind::video_deleted ? what.video_id.has_value() : what.live_input_id.has_value();
}

} // namespace

std::string_view name_of(fact_kind kind) noexcept { return rows[static_cast<std::size_t>(kind)].name; }

std::optional<fact_kind> fact_kind_of_event(std::string_view event_type) noexcept {
  return providers::kind_where<fact_kind>(rows, &kind_names::event, event_type);
}

std::string fact::to_metadata() const {
  providers::metadata_writer writer;
  describe(*this, writer);
  return std::move(writer).dump();
}

std::optional<fact> fact::from_metadata(std::string_view text) {
  providers::metadata_reader reader{text};
  fact read{.event_id = {}, .kind = {}, .at = {}};
  describe(read, reader);
  return reader.complete() && has_its_resource(read) ? std::optional(std::move(read)) : std::nullopt;
}

namespace {

std::optional<fact_kind> kind_of(encoder_state state) {
  switch (state) {
  case encoder_state::connected: return fact_kind::input_connected;
  case encoder_state::disconnected: return fact_kind::input_disconnected;
  case encoder_state::errored: return fact_kind::input_errored;
  case encoder_state::unknown: return std::nullopt;
  }
  return std::nullopt;
}

} // namespace

std::optional<fact> fact_of(const std::string& live_input_id,
                            const std::optional<live_input_status>& status) {
  if (!status || !status->since) {
    return std::nullopt;
  }
  const auto kind = kind_of(status->state);
  if (!kind) {
    return std::nullopt;
  }
  const edge::timestamp at = *status->since;
  return fact{.event_id =
                  event_id_of({live_input_id, name_of(*kind), json::decimal(at.time_since_epoch().count())}),
              .kind = *kind,
              .at = at,
              .live_input_id = live_input_id,
              .error_code = kind == fact_kind::input_errored ? status->reason : std::nullopt};
}

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
  // A number, because the same time may have more or fewer decimals elsewhere.
  const std::string changed = json::decimal(read.modified.time_since_epoch().count());
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
