// Base 64 with the standard alphabet and padding (RFC 4648 section 4): HTTP Basic authentication needs it,
// and the providers give their keys in it.
#pragma once

#include "crypto/byte_view.h"

#include <optional>
#include <string>
#include <string_view>

namespace crypto {

[[nodiscard]] std::string base64_encode(byte_view bytes);

// Accepts exactly what base64_encode writes. Gives the bytes, or nothing.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

} // namespace crypto
