// A part of the list of live streams.
#pragma once

#include "mux/live_stream.h"

#include <vector>

namespace mux {

struct live_stream_page {
  std::vector<live_stream> live_streams; // those of the page that were asked for, perhaps none
  bool more;                             // there may be a next page
};

} // namespace mux
