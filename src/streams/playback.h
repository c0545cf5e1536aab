// What there is to watch of a stream at a moment.
#pragma once

#include "edge/clock.h"
#include "streams/broadcast.h"
#include "streams/stream_record.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace streams {

enum class playback_status : std::uint8_t {
  ready,      // nobody has broadcast yet
  live,       // somebody does
  processing, // the last broadcast is over, and its recording is not there yet
  completed,  // it is there; or there is none, and none is to be expected
};

std::string_view name_of(playback_status status);

struct playback {
  playback_status status;
  // Whether nothing but another broadcast will change what is here.
  bool settled;
  std::vector<broadcast> broadcasts; // the newest first

  // The newest broadcast that has a recording to play; nothing if none has.
  const broadcast* recorded() const;
};

playback playback_of(const stream_record& stream, edge::timestamp now);

} // namespace streams
