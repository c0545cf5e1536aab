// A broadcast as a set of recordings: those of both providers that show the same event.
#pragma once

#include "edge/clock.h"
#include "streams/model/broadcast_state.h"
#include "streams/model/recording.h"

#include <vector>

namespace streams {

struct broadcast {
  // At least one, without deleted ones: the preferred source's first, then by time. A source may have
  // several, because one provider may take a dropout for the end and the other may not.
  std::vector<recording> recordings;
  // Where its owner deleted a recording of it.
  std::vector<recording_source> removed_at = {};

  [[nodiscard]] edge::timestamp begun() const;
  [[nodiscard]] recording_source preferred() const { return recordings.front().source; }
  // The source's longest playable recording, or else its first; null without one.
  [[nodiscard]] const recording* best_of(recording_source source) const;
  // The recording to play; null when neither source has a playable one.
  [[nodiscard]] const recording* playable() const;
};

// Newest first. Recordings whose times overlap belong to one broadcast; one of unknown duration counts as its
// beginning. Two that overlap with nothing belong together if they are from different sources and no further
// apart than the providers' clocks may be.
//
// The most complete recording is preferred, and on a tie Cloudflare's.
std::vector<broadcast> broadcasts_in(const broadcast_state& state);

} // namespace streams
