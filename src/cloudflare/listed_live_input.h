// A live input as the list shows it: without addresses and credentials.
#pragma once

#include "edge/clock.h"

#include <optional>
#include <string>

namespace cloudflare {

struct listed_live_input {
  std::string id;
  std::string tag;                        // our stream's id
  std::optional<edge::timestamp> created; // to leave alone what is only just being made
  std::string name = {};                  // shown in Cloudflare's dashboard
};

} // namespace cloudflare
