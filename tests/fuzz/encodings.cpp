// Base 64 and hexadecimal: one text for one sequence of bytes, in both directions.
#include "crypto/base64.h"
#include "crypto/hex.h"
#include "target.h"

#include <cstdint>
#include <string>
#include <vector>

void fuzz::run(std::string_view input) {
  require(crypto::base64_decode(crypto::base64_encode(input)) == input);
  require(crypto::base64url_decode(crypto::base64url_encode(input)) == input);
  if (const auto bytes = crypto::base64_decode(input)) {
    require(crypto::base64_encode(*bytes) == input);
  }
  if (const auto bytes = crypto::base64url_decode(input)) {
    require(crypto::base64url_encode(*bytes) == input);
  }

  std::vector<std::uint8_t> bytes(input.size());
  const std::string text = crypto::hex_encode(input);
  require(crypto::hex_decode(text, bytes) && crypto::hex_encode(bytes) == text);
  require(!crypto::hex_decode(text + '0', bytes) && !crypto::hex_decode(text + "00", bytes));
  bytes.resize(input.size() / 2);
  if (crypto::hex_decode(input, bytes)) {
    const std::string lower = crypto::hex_encode(bytes);
    require(lower.size() == input.size());
    require(input.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos);
  }
}
