// Live inputs as the list shows them.
#pragma once

#include "cloudflare/listed_live_input.h"

#include <vector>

namespace cloudflare {

struct live_input_list {
  std::vector<listed_live_input> live_inputs; // those that were asked for
  bool more;                                  // Cloudflare has some that it did not list
};

} // namespace cloudflare
