// What the schedule remembers from one run to the next: its place in long lists, and when each stream is due
// again. Nothing depends on it: with old memory, or none, the next run checks more than it needs to.
#pragma once

#include "edge/clock.h"
#include "edge/host.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace streams {

// When to try again.
struct retry_time {
  std::uint32_t fruitless = 0; // tries in a row that gained nothing
  edge::timestamp next;
  edge::timestamp last = {}; // the epoch: never
  bool is_urgent = false;    // live, or a recording is awaited: tried before those that are not

  // Puts the next try off: by 30 s, then 1, 2, 5, 15 and 60 min, but at most by `longest`; 20 % more or less,
  // so that streams that began together spread out.
  void postpone(edge::host& host, std::chrono::seconds longest);

  bool operator==(const retry_time&) const = default;
};

struct reconcile_memory {
  using times_by_stream = std::map<std::string, retry_time, std::less<>>;

  std::string cursor;           // of the next page of older streams; empty: from the newest
  std::uint32_t mux_page = 1;   // the page of live streams to sweep next
  edge::timestamp swept;        // when the last sweep ended
  std::uint32_t foreign = 0;    // objects of other deployments with the same name that it saw
  std::string stopped = {};     // why it deletes nothing; empty if it may delete
  bool is_cut_off = false;      // Cloudflare's list of live inputs is too long to be read whole
  times_by_stream checks = {};  // for missed webhooks
  times_by_stream changes = {}; // for pending changes
  times_by_stream backups = {}; // for backups to attach
  times_by_stream copies = {};  // for copies and uploads
  // Searches for a stream's live streams that no run could end yet: `fruitless` pages of Mux's list were
  // read.
  times_by_stream searches = {};

  // Forgets streams that were due a day ago and not tried since.
  void forget_gone(edge::timestamp now);

  [[nodiscard]] std::string to_text() const;
  // As much as is readable.
  static reconcile_memory from_text(std::string_view text);

  bool operator==(const reconcile_memory&) const = default;
};

} // namespace streams
