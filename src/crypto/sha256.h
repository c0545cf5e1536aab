// SHA-256 (FIPS 180-4, sections 5 and 6.2), portable and without tables built at start.
#pragma once

#include "crypto/bytes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace crypto {

using sha256_digest = std::array<std::uint8_t, 32>;

class sha256 {
public:
  static constexpr std::size_t block_size = 64;

  // Takes the next piece of the message, which may be cut anywhere. Up to 2^61 bytes in all.
  sha256& update(byte_view piece) noexcept;

  // Returns the digest of all pieces and starts a new message.
  sha256_digest finish() noexcept;

  // The digest of one message.
  [[nodiscard]] static sha256_digest of(byte_view message) noexcept {
    return sha256().update(message).finish();
  }

private:
  static constexpr std::array<std::uint32_t, 8> initial_state = {
      0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

  void compress(const std::uint8_t* block) noexcept;

  std::array<std::uint32_t, 8> state_ = initial_state;
  std::array<std::uint8_t, block_size> pending_{}; // the start of a block not yet full
  std::uint64_t length_ = 0;                       // bytes taken so far
};

// HMAC with SHA-256 (RFC 2104, FIPS 198-1), used in HS256 and by both providers for their webhooks. The key
// may have any length. Compare the tag with constant_time_equal.
[[nodiscard]] sha256_digest hmac_sha256(byte_view key, byte_view message) noexcept;

// The same for a message in parts: hmac_sha256(key, {time, ".", body}).
[[nodiscard]] sha256_digest hmac_sha256(byte_view key, std::initializer_list<byte_view> parts) noexcept;

} // namespace crypto
