// Something that was asked of a stream and is not done yet: written before it is asked for, each time under a
// key of its own, and removed when it is done. Whoever finds one later does what the stream's changes ask
// for.
#pragma once

#include "edge/clock.h"

#include <string>

namespace streams {

struct pending_work {
  std::string stream_id;
  std::string id; // letters and digits
  edge::timestamp since;
};

} // namespace streams
