// HMAC with SHA-256 (RFC 2104, FIPS 198-1): what both providers sign their webhooks with, and HS256.
#pragma once

#include "crypto/byte_view.h"
#include "crypto/sha256.h"

#include <initializer_list>

namespace crypto {

// Takes a key of any length and the message. Gives the full 32-byte tag; compare it with constant_time_equal.
[[nodiscard]] sha256_digest hmac_sha256(byte_view key, byte_view message) noexcept;

// The same over a message in parts, as if they were joined: hmac_sha256(key, {time, ".", body}).
[[nodiscard]] sha256_digest hmac_sha256(byte_view key, std::initializer_list<byte_view> parts) noexcept;

} // namespace crypto
