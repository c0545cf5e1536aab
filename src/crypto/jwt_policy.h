// What is asked of a token's claims besides a valid signature (RFC 8725 sections 3.8 and 3.9).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace crypto {

struct jwt_policy {
  std::optional<std::string> issuer = std::nullopt; // where set, iss must be this
  std::vector<std::string> audiences = {};          // where there are any, aud must be or hold one of them
  std::int64_t leeway_seconds = 60; // how far nbf and iat may lie ahead of our clock; exp gets none
};

} // namespace crypto
