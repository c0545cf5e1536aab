// Hexadecimal text (RFC 4648 section 8), the form of webhook signatures.
#pragma once

#include "crypto/bytes.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace crypto {

// Two lower-case digits for each byte.
[[nodiscard]] std::string hex_encode(byte_view bytes);

// Reads exactly out.size() bytes, in digits of either case. Returns false for any other text; `out` is then
// unspecified.
[[nodiscard]] bool hex_decode(std::string_view text, std::span<std::uint8_t> out) noexcept;

} // namespace crypto
