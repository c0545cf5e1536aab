// Where a stream's broadcast goes to: an RTMP server and a stream key, which is a secret.
#pragma once

#include "crypto/secret.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace relay {

struct destination {
  bool tls;
  std::string host;
  std::uint16_t port;
  std::string application; // the path, without slashes at its ends
  crypto::secret stream_key;
};

// Takes an address such as rtmps://live.cloudflare.com:443/live/ and the key. Nothing where the one is no
// such address or the other is empty.
[[nodiscard]] std::optional<destination> make_destination(std::string_view url, std::string_view stream_key);

} // namespace relay
