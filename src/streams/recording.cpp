#include "streams/recording.h"

#include <algorithm>

namespace streams {

std::optional<edge::timestamp> recording::ended() const {
  if (state() != recording_state::ready || !duration) return std::nullopt;
  return begun + std::chrono::duration_cast<std::chrono::microseconds>(
                     std::chrono::duration<double>{duration.value()});
}

void recording::join(const recording& other) {
  playback.join(other.playback);
  duration.join(other.duration);
  end.join(other.end);
  begun = std::min(begun, other.begun);
}

} // namespace streams
