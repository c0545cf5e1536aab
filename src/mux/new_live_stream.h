// What is asked for when a live stream is made.
#pragma once

#include "mux/playback_policy.h"

#include <cstddef>
#include <string>

namespace mux {

struct new_live_stream {
  static constexpr std::size_t max_title_size = 512; // bytes, where Mux allows 512 characters

  std::string title; // a longer one is cut, between characters
  // Comes back in every webhook of the stream and of its recordings: 1 to 255 visible ASCII characters
  // without " and \, so that it is the same text wherever it is written.
  std::string passthrough;
  playback_policy policy = playback_policy::public_playback;
};

} // namespace mux
