// What is asked for when a live stream is made.
#pragma once

#include "mux/playback_policy.h"

#include <cstddef>
#include <string>

namespace mux {

struct new_live_stream {
  static constexpr std::size_t max_title_size = 512;       // bytes; Mux cuts at 512 characters
  static constexpr std::size_t max_passthrough_size = 255; // likewise

  std::string title;       // a longer one is cut, between characters
  std::string passthrough; // comes back in every webhook of the stream and of its recordings
  playback_policy policy = playback_policy::public_playback;
};

} // namespace mux
