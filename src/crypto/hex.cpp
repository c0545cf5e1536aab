// Hexadecimal text in both directions.
#include "crypto/hex.h"

#include <cstddef>

namespace crypto {

namespace {

constexpr std::string_view digits = "0123456789abcdef";
constexpr std::uint8_t no_digit = 0xff;

constexpr std::uint8_t digit_value(char c) noexcept {
  if (c >= '0' && c <= '9') {
    return static_cast<std::uint8_t>(c - '0');
  }
  if (c >= 'a' && c <= 'f') {
    return static_cast<std::uint8_t>(c - 'a' + 10);
  }
  if (c >= 'A' && c <= 'F') {
    return static_cast<std::uint8_t>(c - 'A' + 10);
  }
  return no_digit;
}

} // namespace

std::string hex_encode(byte_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 0x0f];
  }
  return text;
}

bool hex_decode(std::string_view text, std::span<std::uint8_t> out) noexcept {
  if (text.size() % 2 != 0 || text.size() / 2 != out.size()) {
    return false;
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::uint8_t high = digit_value(text[2 * i]);
    const std::uint8_t low = digit_value(text[2 * i + 1]);
    if (high == no_digit || low == no_digit) {
      return false;
    }
    out[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return true;
}

} // namespace crypto
