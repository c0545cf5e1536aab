// The order in which a player tries what there is to watch, until something plays.
#pragma once

#include "streams/broadcast.h"
#include "streams/live_addresses.h"
#include "streams/recording.h"
#include "streams/viewing_addresses.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streams {

enum class rung_kind : std::uint8_t { whep, llhls, hls, dash, iframe, recording };

// Who it is played from.
enum class rung_source : std::uint8_t { cloudflare, mux, relay };

std::string_view name_of(rung_kind kind);
std::string_view name_of(rung_source source);

struct rung {
  rung_kind kind;
  rung_source source;
  std::string url;
  std::string token = {}; // to send as a bearer with every request; or empty

  bool operator==(const rung&) const = default;
};

// Of a broadcast under way. WHEP comes first where it may play: where it does not, it is refused at once
// (409), while a manifest that has nothing to show yet (204) is asked for again and again. An earlier
// broadcast's recording is no substitute for this one, and is no rung.
std::vector<rung> ladder_of(const live_addresses& live);

// Of a recorded broadcast: the preferred source first, each with the longest that it has.
std::vector<rung> ladder_of(const broadcast& recorded, const viewing_addresses& played);

} // namespace streams
