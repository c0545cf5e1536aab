// Videos into facts.
#include "cloudflare/video_fact.h"

#include "cloudflare/event_id.h"

#include <string>

namespace cloudflare {
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
