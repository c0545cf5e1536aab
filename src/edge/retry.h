// Tries again what failed for a while, as long as there is time for it.
#pragma once

#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"

#include <algorithm>
#include <expected>

namespace edge {

// How long to wait before the next try: full jitter under a bound that doubles from 200 ms to 5 s, or as long
// as the other side asked for. Nothing once four tries are spent, or if the wait would leave less than a
// second before the deadline.
inline std::optional<milliseconds> wait_before_retry(host& host, int tries, const error& last,
                                                     timestamp deadline) {
  constexpr int most_tries = 4;
  constexpr milliseconds first{200};
  constexpr milliseconds longest{5000};
  constexpr milliseconds worth_trying{1000};
  if (tries >= most_tries || !last.transient()) return std::nullopt;
  milliseconds bound = std::min(longest, first * (1 << tries));
  milliseconds wait{host.random().below(static_cast<std::uint32_t>(bound.count()))};
  if (last.retry_after) wait = *last.retry_after;
  if (host.now() + wait + worth_trying > deadline) return std::nullopt;
  return wait;
}

// Calls `attempt`, which makes an edge::task of a std::expected with edge::error, until it succeeds, fails
// for good, or `wait_before_retry` gives up. One place only may retry a call: nothing below this does.
template <class Attempt>
auto retry(host& host, timestamp deadline, Attempt attempt) -> decltype(attempt()) {
  for (int tries = 1;; ++tries) {
    auto outcome = co_await attempt();
    if (outcome) co_return outcome;
    auto wait = wait_before_retry(host, tries, outcome.error(), deadline);
    if (!wait) co_return outcome;
    (void)co_await host.perform(operation::sleep{*wait});
  }
}

} // namespace edge
