// How long to wait before the next retry. The bound doubles from 500 ms to 15 s; half of it is random, so
// that clients do not all return at once.
#pragma once

#include "main_loop.h"

#include <algorithm>
#include <random>

namespace relay {

class backoff {
public:
  [[nodiscard]] milliseconds next() {
    milliseconds bound = std::min(milliseconds{500} * (1LL << std::min(tries_, 5)), milliseconds{15'000});
    ++tries_;
    return bound / 2 +
           milliseconds{std::uniform_int_distribution<milliseconds::rep>{0, bound.count() / 2}(random_)};
  }
  void reset() noexcept { tries_ = 0; }

private:
  int tries_ = 0;
  std::minstd_rand random_{std::random_device{}()};
};

} // namespace relay
