// The public name of a live stream or an asset, in the URLs that players use. A live stream's and its assets'
// differ.
#pragma once

#include "mux/playback_policy.h"

#include <string>

namespace mux {

struct playback_id {
  std::string id;
  playback_policy policy;

  bool operator==(const playback_id&) const = default;
};

} // namespace mux
