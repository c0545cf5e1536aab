// Decides when to ask a publisher for a key frame. A WebRTC encoder sends one only on request; Cloudflare
// takes them 2 to 10 s apart. Viewers, lost packets and new RTMP connections may want one at any time.
#pragma once

#include "main_loop.h"

#include <algorithm>
#include <optional>

namespace relay {

class key_frame_requests {
public:
  void received(monotonic_time at) {
    received_ = at;
    wanted_ = false;
  }
  void want() noexcept { wanted_ = true; }

  // Whether to ask now. A request that is not answered is repeated.
  [[nodiscard]] bool due(monotonic_time at) {
    if (std::max(asked_, received_).value_or(at - shortest) + shortest > at) {
      return false;
    }
    if (!wanted_ && (!received_ || at - *received_ < period)) {
      return false;
    }
    asked_ = at;
    return true;
  }

private:
  static constexpr milliseconds shortest{2000};
  static constexpr milliseconds period{4000};

  std::optional<monotonic_time> received_;
  std::optional<monotonic_time> asked_;
  bool wanted_ = false;
};

} // namespace relay
