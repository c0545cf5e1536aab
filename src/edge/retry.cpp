#include "edge/retry.h"

#include <algorithm>

namespace edge {

std::optional<milliseconds> wait_before_retry(host& host, int tries, const error& last, timestamp deadline) {
  constexpr int most_tries = 4;
  constexpr milliseconds first{200};
  constexpr milliseconds longest{5000};
  constexpr milliseconds worth_trying{1000};
  if (tries >= most_tries || !last.transient()) {
    return std::nullopt;
  }
  milliseconds bound = std::min(longest, first * (1 << tries));
  milliseconds wait{host.random().below(static_cast<std::uint32_t>(bound.count()))};
  if (last.retry_after) {
    wait = *last.retry_after;
  }
  if (host.now() + wait + worth_trying > deadline) {
    return std::nullopt;
  }
  return wait;
}

} // namespace edge
