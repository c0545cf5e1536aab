// Where a stream's broadcast goes: an RTMP server and a stream key, which is a secret.
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
  std::string application; // the path, without leading and trailing slashes
  crypto::secret stream_key;
};

// Takes a URL such as rtmps://live.cloudflare.com:443/live/ and the stream key. Returns nullopt if the URL is
// invalid or the key is empty.
[[nodiscard]] std::optional<destination> make_destination(std::string_view url, std::string_view stream_key);

} // namespace relay
