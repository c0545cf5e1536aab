// Base 64 with the standard alphabet and padding (RFC 4648 section 4), for HTTP Basic authentication and the
// providers' keys; and with the URL-safe alphabet, for tokens.
#pragma once

#include "crypto/bytes.h"

#include <optional>
#include <string>
#include <string_view>

namespace crypto {

[[nodiscard]] std::string base64_encode(byte_view bytes);

// Accepts exactly what base64_encode writes.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

// Base 64 with the URL-safe alphabet and no padding (RFC 4648 section 5, as RFC 7515 section 2 uses it).

[[nodiscard]] std::string base64url_encode(byte_view bytes);

// Accepts exactly what base64url_encode writes, so that no two texts decode to the same bytes: no padding, no
// white space, no character of another alphabet, and a last character whose unused bits are zero.
[[nodiscard]] std::optional<std::string> base64url_decode(std::string_view text);

} // namespace crypto
