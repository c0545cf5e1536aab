// What a run of the schedule has done, in numbers: for the log.
#pragma once

#include <cstdint>

namespace streams {

struct reconcile_report {
  std::uint32_t finished = 0;  // half-made streams
  std::uint32_t undone = 0;    // likewise
  std::uint32_t looked_at = 0; // streams, for what was missed of them
  std::uint32_t facts = 0;     // that were missed, and found
  std::uint32_t completed = 0; // streams of which what was asked was done
  std::uint32_t attached = 0;  // backups
  std::uint32_t orphans = 0;   // objects of ours that belonged to no stream, removed
  std::uint32_t failures = 0;  // what did not work; the next run comes to it again
};

} // namespace streams
