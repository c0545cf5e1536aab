// JSON Web Tokens (RFC 7519), verified as RFC 8725 asks: whole where they are signed with HS256, and their
// claims where the host has verified the signature.
#pragma once

#include "crypto/jws.h"
#include "crypto/jwt_claims.h"
#include "crypto/jwt_error.h"
#include "crypto/jwt_key.h"
#include "crypto/jwt_policy.h"
#include "crypto/secret.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

namespace crypto {

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
