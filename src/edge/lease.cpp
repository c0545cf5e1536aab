#include "edge/lease.h"

#include "edge/retry.h"

namespace edge {

task<outcome<lease::standing>> lease::acquire(std::string_view request, std::string_view note,
                                              milliseconds held, milliseconds kept) {
  return take({.name = name_,
               .step = "acquire",
               .holder = holder_,
               .request = std::string{request},
               .text = std::string{note},
               .held = held,
               .kept = kept});
}

task<outcome<lease::standing>> lease::complete(std::string_view value, milliseconds kept) {
  return take({.name = name_,
               .step = "complete",
               .holder = holder_,
               .request = {},
               .text = std::string{value},
               .kept = kept});
}

task<outcome<lease::standing>> lease::release() {
  return take({.name = name_, .step = "release", .holder = holder_, .request = {}, .text = {}});
}

task<outcome<lease::standing>> lease::take(operation::lease step) {
  const timestamp deadline = host_.now() + patience;
  for (int tries = 1;; ++tries) {
    auto taken = co_await attempt(host_.perform(step));
    auto wait = taken ? std::nullopt : wait_before_retry(host_, tries, taken.error(), deadline);
    if (!wait) {
      co_return taken;
    }
    co_await host_.perform(operation::sleep{*wait});
  }
}

} // namespace edge
