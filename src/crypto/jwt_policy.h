// What is asked of a token's claims besides a valid signature (RFC 8725 sections 3.8 and 3.9).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace crypto {

struct jwt_policy {
  std::optional<std::string> issuer = std::nullopt;   // where set, iss must be this
  std::optional<std::string> audience = std::nullopt; // where set, aud must be this or hold it
  std::int64_t leeway_seconds = 60; // how far nbf and iat may lie ahead of our clock; exp gets none
};

} // namespace crypto
