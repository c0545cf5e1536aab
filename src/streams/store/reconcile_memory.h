// What the schedule remembers from one run to the next: where it stands in the lists it goes through, and
// when each stream is to be looked at again. One writer, and no promise depends on it: without it, and with
// an old one, the next run looks at more than it needs to.
#pragma once

#include "edge/clock.h"
#include "edge/entropy.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace streams {

struct reconcile_memory {
  struct look {
    std::uint32_t in_vain = 0; // how often nothing new was found
    edge::timestamp next;
    edge::timestamp last = {}; // the beginning of time: never

    bool operator==(const look&) const = default;
  };
  using looks_by_stream = std::map<std::string, look, std::less<>>;

  std::string cursor;           // of the next page of older streams; empty: from the newest
  std::uint32_t mux_page = 1;   // of the next page of live streams to sweep
  edge::timestamp swept;        // when the last sweep was through
  looks_by_stream looks = {};   // for what was missed of them
  looks_by_stream pending = {}; // for what was asked of them and is to be done
  looks_by_stream backups = {}; // for the backups that they are to be given

  // Forgets those that were due a day ago, and did not come up.
  void forget_gone(edge::timestamp now);

  std::string to_text() const;
  // As much of it as can be read; nothing is remembered where nothing can.
  static reconcile_memory from_text(std::string_view text);

  bool operator==(const reconcile_memory&) const = default;
};

// How long to leave a stream alone after so many looks in vain: 30 s, 1, 2, 5, 15, 60 min, and so on, but at
// most `longest`; give or take a fifth, so that streams that began together do not stay together.
std::chrono::milliseconds backoff(std::uint32_t in_vain, std::chrono::seconds longest, edge::entropy& random);

} // namespace streams
