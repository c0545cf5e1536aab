// Bytes from the hexadecimal text of test vectors.
#pragma once

#include "crypto/hex.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace support {

[[nodiscard]] inline std::optional<std::string> bytes_of_hex(std::string_view text) {
  std::string bytes(text.size() / 2, '\0');
  const bool read = crypto::hex_decode(text, {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  return read ? std::optional{std::move(bytes)} : std::nullopt;
}

} // namespace support
