// Hexadecimal text (RFC 4648 section 8): the form in which webhook signatures come.
#pragma once

#include "crypto/bytes.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace crypto {

// Two lower-case digits for each byte.
[[nodiscard]] std::string hex_encode(byte_view bytes);

// Takes digits in either case. Gives the bytes, or nothing where the count is odd or a character is no digit.
[[nodiscard]] std::optional<std::string> hex_decode(std::string_view text);

// The same for bytes of a known number: false unless text is exactly twice as long as out and all digits; out
// then holds no meaning.
[[nodiscard]] bool hex_decode_into(std::string_view text, std::span<std::uint8_t> out) noexcept;

} // namespace crypto
