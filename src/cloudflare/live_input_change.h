// What is to be different about a live input; what is not given stays.
#pragma once

#include <optional>
#include <string>

namespace cloudflare {

struct live_input_change {
  std::optional<std::string> name = std::nullopt; // shown in Cloudflare's dashboard
  std::optional<bool> enabled = std::nullopt; // false ends a broadcast by RTMPS or SRT and refuses the next
};

} // namespace cloudflare
