#include "streams/model/recording.h"

#include <algorithm>

namespace streams {

std::string_view name_of(recording_source source) {
  return source == recording_source::mux ? "mux" : "cloudflare";
}

std::string_view name_of(recording_state state) {
  switch (state) {
  case recording_state::processing: return "processing";
  case recording_state::ready: return "ready";
  case recording_state::failed: return "failed";
  case recording_state::deleted: return "deleted";
  }
  __builtin_trap();
}

edge::timestamp recording::known_until() const {
  if (!duration) return begun;
  return begun + std::chrono::duration_cast<std::chrono::microseconds>(
                     std::chrono::duration<double>{duration.value()});
}

std::optional<edge::timestamp> recording::ended() const {
  if (state() != recording_state::ready || !duration) return std::nullopt;
  return known_until();
}

void recording::join(const recording& other) {
  playback.join(other.playback);
  duration.join(other.duration);
  end.join(other.end);
  begun = std::min(begun, other.begun);
}

} // namespace streams
