// JSON Web Tokens (RFC 7519), verified as RFC 8725 requires. HS256 is verified whole. For other algorithms
// the host verifies the signature, and the claims are checked here.
#pragma once

#include "crypto/jws.h"
#include "crypto/secret.h"
#include "json/reader.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crypto {

// What a verified token says about its bearer (RFC 7519 section 4.1).
struct jwt_claims {
  std::string subject;                   // sub: 1 to 255 bytes, no control characters; see needs_subject
  std::vector<std::string> roles;        // role, then roles, if the token has them
  std::optional<std::string> issuer;     // iss
  std::int64_t expires_at;               // exp in seconds since 1970, fractions dropped
  std::optional<std::int64_t> issued_at; // iat, likewise
  json::document all;                    // every claim, for callers that have claims of their own
};

// What a token's claims must satisfy (RFC 8725 sections 3.8 and 3.9).
struct jwt_policy {
  std::optional<std::string> issuer = std::nullopt; // if set, iss must be this
  std::vector<std::string> audiences = {};          // if not empty, aud must be or contain one of them
  std::int64_t leeway_seconds = 60; // how far nbf and iat may be ahead of our clock; exp has no leeway
  bool needs_subject = true;        // if not, sub is not read
};

// HS256 keys must be at least as long as the hash (RFC 7518 section 3.2).
inline constexpr std::size_t min_hs256_key_size = 32;

// Takes the token, all valid keys (two during a rotation) and the time in seconds since 1970. Returns the
// claims, or the first error: form, then header, then signature, then claims, which are not read before the
// signature is verified. Tries all HS256 keys, also after a match. Never uses a key pinned to another
// algorithm.
[[nodiscard]] std::expected<jwt_claims, jwt_error> verify_jwt(std::string_view token,
                                                              std::span<const jwt_key> keys,
                                                              const jwt_policy& policy,
                                                              std::int64_t now_seconds);

// The same for a token that has been taken apart.
[[nodiscard]] std::expected<jwt_claims, jwt_error> verify_jwt(const jws& token, std::span<const jwt_key> keys,
                                                              const jwt_policy& policy,
                                                              std::int64_t now_seconds);

// The second half of verify_jwt, for a token whose signature the host has verified. Fails with wrong_type or
// one of the errors under "claims" of jwt_error.
[[nodiscard]] std::expected<jwt_claims, jwt_error> read_claims(const jws& verified, const jwt_policy& policy,
                                                               std::int64_t now_seconds);

// Signs claims, given as the text of a JSON object. Fails with weak_key, or with too_long if verify_jwt would
// refuse the token for its length.
[[nodiscard]] std::expected<std::string, jwt_error> sign_hs256(std::string_view claims_json,
                                                               const secret& key);

} // namespace crypto
