// An output: where Cloudflare sends on what comes into a live input (Cloudflare API reference, Stream,
// Outputs).
#pragma once

#include "crypto/secret.h"

#include <string>

namespace cloudflare {

struct output {
  std::string id;
  std::string url;
  crypto::secret stream_key;
  bool enabled;
};

} // namespace cloudflare
