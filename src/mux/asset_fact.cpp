// Assets into facts.
#include "mux/asset_fact.h"

#include "crypto/hex.h"
#include "crypto/sha256.h"

#include <cstddef>
#include <string>

namespace mux {
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
