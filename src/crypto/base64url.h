// Base 64 with the URL-safe alphabet and no padding (RFC 4648 section 5, as RFC 7515 section 2 uses it).
#pragma once

#include "crypto/byte_view.h"

#include <optional>
#include <string>
#include <string_view>

namespace crypto {

[[nodiscard]] std::string base64url_encode(byte_view bytes);

// Accepts exactly what base64url_encode writes, so that no two texts decode to the same bytes: no padding, no
// white space, no character of another alphabet, and a last character whose unused bits are zero. Gives the
// bytes, or nothing.
[[nodiscard]] std::optional<std::string> base64url_decode(std::string_view text);

} // namespace crypto
