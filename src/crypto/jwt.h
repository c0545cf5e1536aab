// What a verified token says about its bearer (RFC 7519 section 4.1).
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

struct jwt_claims {
  std::string subject;                   // sub: 1 to 255 bytes, no control characters
  std::vector<std::string> roles;        // role, then roles, as far as the token has them
  std::optional<std::string> issuer;     // iss
  std::int64_t expires_at;               // exp in seconds since 1970, fractions dropped
  std::optional<std::int64_t> issued_at; // iat, likewise
  json::document all;                    // every claim, for those that only one caller knows
};

// What is asked of a token's claims besides a valid signature (RFC 8725 sections 3.8 and 3.9).

struct jwt_policy {
  std::optional<std::string> issuer = std::nullopt; // where set, iss must be this
  std::vector<std::string> audiences = {};          // where there are any, aud must be or hold one of them
  std::int64_t leeway_seconds = 60; // how far nbf and iat may lie ahead of our clock; exp gets none
};

// JSON Web Tokens (RFC 7519), verified as RFC 8725 asks: whole where they are signed with HS256, and their
// claims where the host has verified the signature.

// HS256 keys must be at least as long as the hash (RFC 7518 section 3.2).
inline constexpr std::size_t min_hs256_key_size = 32;

// Takes the token, every key that is valid now (two while one is being rotated), what is asked of the claims,
// and the time in seconds since 1970. Gives the claims, or the first thing wrong: form, then header, then
// signature, then claims, which are not read before the signature is verified. All HS256 keys are tried, also
// after one has matched; keys pinned to another algorithm are never used.
[[nodiscard]] std::expected<jwt_claims, jwt_error> verify_jwt(std::string_view token,
                                                              std::span<const jwt_key> keys,
                                                              const jwt_policy& policy,
                                                              std::int64_t now_seconds);

// The same for a token that has been taken apart.
[[nodiscard]] std::expected<jwt_claims, jwt_error> verify_jwt(const jws& token, std::span<const jwt_key> keys,
                                                              const jwt_policy& policy,
                                                              std::int64_t now_seconds);

// The second half of verify_jwt, for a token whose signature the host has verified. Fails with wrong_type and
// the errors under "claims" of jwt_error.
[[nodiscard]] std::expected<jwt_claims, jwt_error> read_claims(const jws& verified, const jwt_policy& policy,
                                                               std::int64_t now_seconds);

// Takes claims as the text of a JSON object, and signs them as they are. Gives the token, or weak_key, or
// too_long where verify_jwt would refuse it for its length.
[[nodiscard]] std::expected<std::string, jwt_error> sign_hs256(std::string_view claims_json,
                                                               const secret& key);

} // namespace crypto
