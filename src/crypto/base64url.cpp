// Base 64 with the alphabet of RFC 4648 section 5.
#include "crypto/base64url.h"

#include "crypto/base64.h"

#include <algorithm>
#include <cstdint>

namespace crypto {
namespace {

// The six bits a character stands for, or -1.
constexpr int six_bits(char c) noexcept {
  if (c >= 'A' && c <= 'Z') {
    return c - 'A';
  }
  if (c >= 'a' && c <= 'z') {
    return c - 'a' + 26;
  }
  if (c >= '0' && c <= '9') {
    return c - '0' + 52;
  }
  if (c == '-') {
    return 62;
  }
  return c == '_' ? 63 : -1;
}

} // namespace

std::string base64url_encode(byte_view bytes) {
  std::string text = base64_encode(bytes);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  text.resize(std::min(text.find('='), text.size()));
  return text;
}

std::optional<std::string> base64url_decode(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t held = 0; // bits not yet written, the newest lowest
  int bits = 0;
  for (const char c : text) {
    const int value = six_bits(c);
    if (value < 0) {
      return std::nullopt;
    }
    held = held << 6 | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>(held >> bits & 0xff);
    }
  }
  // Six bits left over are a character that no byte needs; any other bits left over are filling, which an
  // encoder sets to zero.
  const std::uint32_t left_over = held & ((std::uint32_t{1} << bits) - 1);
  if (bits == 6 || left_over != 0) {
    return std::nullopt;
  }
  return bytes;
}

} // namespace crypto
