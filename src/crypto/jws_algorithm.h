// The signature algorithms a token may name (RFC 7518 section 3.1); `none` is not one of them.
#pragma once

#include <cstdint>

namespace crypto {

enum class jws_algorithm : std::uint8_t {
  hs256, // HMAC with SHA-256 and a shared secret: verified here
  rs256, // RSASSA-PKCS1-v1_5 with SHA-256: verified by the host
  es256, // ECDSA on P-256 with SHA-256: verified by the host
};

} // namespace crypto
