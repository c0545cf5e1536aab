// The order in which a player tries what there is to watch, until something plays.
#pragma once

#include "mux/playback_urls.h"
#include "streams/broadcast.h"
#include "streams/live_addresses.h"
#include "streams/recording.h"
#include "streams/stream_record.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace streams {

enum class rung_kind : std::uint8_t { whep, llhls, hls, dash, iframe, recording };

std::string_view name_of(rung_kind kind);

struct rung {
  rung_kind kind;
  recording_source source;
  std::string url;

  bool operator==(const rung&) const = default;
};

// Of a broadcast under way. WHEP comes first where it may play: where it does not, it is refused at once
// (409), while a manifest that has nothing to show yet (204) is asked for again and again. An earlier
// broadcast's recording is no substitute for this one, and is no rung.
std::vector<rung> ladder_of(const live_addresses& live);

// Of a recorded broadcast: the preferred source first, each with the longest that it has.
std::vector<rung> ladder_of(const broadcast& recorded, const cloudflare_side& at_cloudflare,
                            const mux::playback_urls& at_mux);

} // namespace streams
