// Where a broadcast is published to by WHIP, and what admits one there.
#pragma once

#include "crypto/secret.h"

#include <string>
#include <vector>

namespace whip {

struct endpoint {
  crypto::secret url;    // it may be a credential as a whole
  crypto::secret bearer; // empty where the address alone admits
  // At these hosts and below them a redirect and a session may be, beside the host of the address.
  std::vector<std::string> hosts;
};

} // namespace whip
