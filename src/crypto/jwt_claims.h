// What a verified token says about its bearer (RFC 7519 section 4.1).
#pragma once

#include "json/document.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace crypto {

struct jwt_claims {
  std::string subject;                   // sub: 1 to 255 bytes, no control characters
  std::vector<std::string> roles;        // role, then roles, as far as the token has them
  std::optional<std::string> issuer;     // iss
  std::int64_t expires_at;               // exp in seconds since 1970, fractions dropped
  std::optional<std::int64_t> issued_at; // iat, likewise
  json::document all;                    // every claim, for those that only one caller knows
};

} // namespace crypto
