#include "crypto/base64.h"

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
  std::string other_alphabet{text};
  std::ranges::replace(other_alphabet, '+', '-');
  std::ranges::replace(other_alphabet, '/', '_');
  return base64url_decode(other_alphabet);
}

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
  // Six bits left over are a character too many. Fewer are padding, which an encoder sets to zero.
  const std::uint32_t left_over = held & ((std::uint32_t{1} << bits) - 1);
  if (bits == 6 || left_over != 0) {
    return std::nullopt;
  }
  return bytes;
}

} // namespace crypto
