// HMAC as RFC 2104 section 2 writes it: H(K xor opad, H(K xor ipad, text)).
#include "crypto/hmac_sha256.h"

#include <algorithm>

namespace crypto {

sha256_digest hmac_sha256(byte_view key, byte_view message) noexcept { return hmac_sha256(key, {message}); }

sha256_digest hmac_sha256(byte_view key, std::initializer_list<byte_view> parts) noexcept {
  // A key longer than a block is hashed first; a shorter one is filled up with zeros.
  std::array<std::uint8_t, sha256::block_size> pad{};
  if (key.size() > pad.size()) {
    std::ranges::copy(sha256::of(key), pad.begin());
  } else {
    std::ranges::copy(key, pad.begin());
  }

  for (std::uint8_t& byte : pad) {
    byte ^= 0x36;
  }
  sha256 hash;
  hash.update(pad);
  for (const byte_view part : parts) {
    hash.update(part);
  }
  const sha256_digest inner = hash.finish();

  for (std::uint8_t& byte : pad) {
    byte ^= 0x36 ^ 0x5c;
  }
  return hash.update(pad).update(inner).finish();
}

} // namespace crypto
