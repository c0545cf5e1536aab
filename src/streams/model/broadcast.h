// A broadcast by its recordings: which of the two providers' recordings are of the same event.
#pragma once

#include "edge/clock.h"
#include "streams/model/broadcast_state.h"
#include "streams/model/recording.h"

#include <vector>

namespace streams {

struct broadcast {
  // At least one, and none that was deleted: those of the preferred source first, then by time. A source may
  // have several, where it took a dropout for the end and the other did not.
  std::vector<recording> recordings;

  [[nodiscard]] edge::timestamp begun() const;
  [[nodiscard]] recording_source preferred() const { return recordings.front().source; }
  // Of a source, the longest that can be played, or else its first; nothing if it has none.
  [[nodiscard]] const recording* best_of(recording_source source) const;
  // What to play; nothing while neither source has anything.
  [[nodiscard]] const recording* playable() const;
};

// The newest first. Recordings of both sources are of one broadcast where their times overlap; a recording
// whose duration is not known counts by its beginning. Where one overlaps with none, it goes together with
// another such of the other source that is at most as far off as the providers' clocks may differ.
//
// Cloudflare's are preferred, except where Mux has one that can be played and Cloudflare does not.
std::vector<broadcast> broadcasts_in(const broadcast_state& state);

} // namespace streams
