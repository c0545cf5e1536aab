// Tries again what failed for a while, as long as there is time for it.
#pragma once

#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"

#include <functional>
#include <optional>
#include <utility>

namespace edge {

// How long to wait before the next try: full jitter under a bound that doubles from 200 ms to 5 s, or as long
// as the other side asked for. Nothing once four tries are spent, or if the wait would leave less than a
// second before the deadline.
std::optional<milliseconds> wait_before_retry(host& host, int tries, const error& last, timestamp deadline);

namespace detail {

// One of these serves every attempt with the same result, whatever it is that is attempted.
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

// Awaits `call()`, which makes an edge::task of a std::expected with edge::error, until it succeeds, fails
// for good, or `wait_before_retry` gives up. One place only may retry a call: nothing below this does.
template <class Call>
auto retry(host& host, timestamp deadline, Call call) {
  return detail::retry<typename decltype(call())::result_type>(host, deadline, std::move(call));
}

} // namespace edge
