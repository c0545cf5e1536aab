#include "edge/retry.h"

#include <algorithm>

namespace edge {

std::optional<milliseconds> wait_before_retry(host& host, int tries, const error& last, timestamp deadline) {
  constexpr int most_tries = 4;
  constexpr milliseconds unit{200};
  constexpr milliseconds shortest_try{1000};
  if (tries >= most_tries || !last.transient()) {
    return std::nullopt;
  }
  const milliseconds bound = unit * (1 << tries);
  milliseconds wait{host.random().below(static_cast<std::uint32_t>(bound.count()))};
  if (last.retry_after) {
    wait = *last.retry_after;
  }
  if (host.now() + wait + shortest_try > deadline) {
    return std::nullopt;
  }
  return wait;
}

task<bool> rechecks::wait() {
  constexpr milliseconds longest{2000};
  const auto half = static_cast<std::uint32_t>(bound_.count() / 2);
  const milliseconds wait{half + host_.random().below(half)};
  if (host_.now() + wait > deadline_) {
    co_return false;
  }
  bound_ = std::min(2 * bound_, longest);
  (void)co_await attempt(host_.perform(operation::sleep{wait}));
  co_return true;
}

} // namespace edge
