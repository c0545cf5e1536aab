// Retries transient failures until a deadline.
#pragma once

#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"

#include <functional>
#include <optional>
#include <utility>

namespace edge {

// How long to wait before the next try: full jitter below 400 ms, then 800 ms, then 1.6 s, or as long as the
// other side asked for. Nullopt for a permanent error, after four tries, or if the wait would leave less than
// a second before the deadline.
std::optional<milliseconds> wait_before_retry(host& host, int tries, const error& last, timestamp deadline);

// The waits between looks at something that another request is changing: each is half as long as its bound up
// to all of it, and the bound doubles, up to 2 s.
class rechecks {
public:
  rechecks(host& host, milliseconds first_bound, timestamp deadline)
      : host_(host), bound_(first_bound), deadline_(deadline) {}

  // Gives false, without waiting, if it would wait beyond the deadline.
  task<bool> wait();

private:
  host& host_;
  milliseconds bound_;
  timestamp deadline_;
};

namespace detail {

// One instance for each type of result, not for each call.
template <class Outcome>
task<Outcome> retry(host& host, timestamp deadline, std::function<task<Outcome>()> call) {
  for (int tries = 1;; ++tries) {
    Outcome outcome = co_await attempt(call());
    if (outcome) {
      co_return outcome;
    }
    auto wait = wait_before_retry(host, tries, outcome.error(), deadline);
    if (!wait) {
      co_return outcome;
    }
    co_await host.perform(operation::sleep{*wait});
  }
}

} // namespace detail

// Awaits `call()`, a task of edge::outcome, until it succeeds or wait_before_retry gives up. Only one level
// may retry: `call` must not retry by itself.
template <class Call>
auto retry(host& host, timestamp deadline, Call call) {
  return detail::retry<typename decltype(call())::result_type>(host, deadline, std::move(call));
}

} // namespace edge
