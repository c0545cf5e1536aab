// Base 64: three bytes become four characters.
#include "crypto/base64.h"

#include "crypto/base64url.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace crypto {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

} // namespace

std::string base64_encode(byte_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t held = 0; // bits not yet written, the newest lowest
  int bits = 0;
  for (const std::uint8_t byte : bytes) {
    held = held << 8 | byte;
    for (bits += 8; bits >= 6; bits -= 6) {
      text += alphabet[held >> (bits - 6) & 0x3f];
    }
  }
  if (bits != 0) {
    text += alphabet[held << (6 - bits) & 0x3f];
  }
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0 || text.find_first_of("-_") != std::string_view::npos) {
    return std::nullopt;
  }
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) {
    text.remove_suffix(1);
  }
  std::string other_alphabet(text);
  std::ranges::replace(other_alphabet, '+', '-');
  std::ranges::replace(other_alphabet, '/', '_');
  return base64url_decode(other_alphabet);
}

} // namespace crypto
