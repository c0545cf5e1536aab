// Facts to and from metadata, and from assets.
#include "mux/fact.h"

#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "mux/reading.h"
#include "providers/metadata.h"

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace mux {

namespace {

using providers::kind_names;

// clang-format off
constexpr std::array rows = {
    kind_names{"stream_connected",    "video.live_stream.connected"},
    kind_names{"stream_recording",    "video.live_stream.recording"},
    kind_names{"stream_active",       "video.live_stream.active"},
    kind_names{"stream_disconnected", "video.live_stream.disconnected"},
    kind_names{"stream_idle",         "video.live_stream.idle"},
    kind_names{"stream_enabled",      "video.live_stream.enabled"},
    kind_names{"stream_disabled",     "video.live_stream.disabled"},
    kind_names{"stream_deleted",      "video.live_stream.deleted"},
    kind_names{"stream_warning",      "video.live_stream.warning"},
    kind_names{"asset_created",       "video.asset.created"},
    kind_names{"asset_ready",         "video.asset.ready"},
    kind_names{"asset_completed",     "video.asset.live_stream_completed"},
    kind_names{"asset_errored",       "video.asset.errored"},
    kind_names{"asset_deleted",       "video.asset.deleted"},
    kind_names{"asset_warning",       "video.asset.warning"},
};
// clang-format on
static_assert(rows.size() == static_cast<std::size_t>(fact_kind::asset_warning) + 1);

bool is_policy(std::string_view text) { return playback_policy_of(text).has_value(); }

// The fields of a fact in metadata. With every text at its longest (reading.h) they are 64 + 3 * 128 + 255 +
// 64 bytes of text, 17 of kind, 6 of policy, 2 * 20 and 24 of numbers, 5 of truth, and 130 of names and
// punctuation: 989.
template <class Fact, class Codec>
void describe(Fact& what, Codec& codec) {
  codec.text("event", what.event_id, form::is_event_id);
  codec.kind(what.kind, rows);
  codec.time("at", what.at);
  codec.text("stream", what.live_stream_id, form::is_id);
  codec.text("asset", what.asset_id, form::is_id);
  auto id = what.playback.transform([](const playback_id& of) { return of.id; });
  auto policy =
      what.playback.transform([](const playback_id& of) { return std::string{name_of(of.policy)}; });
  codec.text("playback", id, form::is_id);
  codec.text("policy", policy, is_policy);
  if constexpr (!std::is_const_v<Fact>) {
    const auto known_policy =
        policy.and_then([](const std::string& name) { return playback_policy_of(name); });
    if (id && known_policy) {
      what.playback = {.id = *std::move(id), .policy = *known_policy};
    }
  }
  codec.truth("live", what.is_live);
  codec.duration("duration", what.duration);
  codec.time("started", what.started_at);
  codec.text("passthrough", what.passthrough, form::is_passthrough);
  codec.text("error", what.error, form::is_error_type);
}

} // namespace

std::string_view name_of(fact_kind kind) noexcept { return rows[static_cast<std::size_t>(kind)].name; }

std::optional<fact_kind> fact_kind_of_event(std::string_view type) noexcept {
  return providers::kind_where<fact_kind>(rows, &kind_names::event, type);
}

std::string fact::to_metadata() const {
  providers::metadata_writer writer;
  describe(*this, writer);
  return std::move(writer).dump();
}

std::optional<fact> fact::from_metadata(std::string_view text) {
  providers::metadata_reader reader{text};
  fact read{.event_id = {}, .kind = {}, .at = {}, .live_stream_id = {}};
  describe(read, reader);
  const bool complete = reader.complete() && (read.asset_id || !is_about_asset(read.kind));
  return complete ? std::optional(std::move(read)) : std::nullopt;
}

namespace {

std::optional<fact_kind> kind_of(const asset& read) {
  if (read.status == asset_status::errored) {
    return fact_kind::asset_errored;
  }
  const bool is_whole = read.status == asset_status::ready && !read.is_live;
  return is_whole ? std::optional(fact_kind::asset_completed) : std::nullopt;
}

// A hash, because an asset's id may be longer than an event's. No UUID has this prefix.
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
              .playback = read.playback(),
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
              .playback = read.playback(),
              .started_at = at,
              .passthrough = read.passthrough};
}

} // namespace mux
