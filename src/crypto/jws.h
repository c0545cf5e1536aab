// Signed tokens in compact form (JWS, RFC 7515), and why a token is refused.
#pragma once

#include "crypto/bytes.h"
#include "crypto/secret.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace crypto {

// The signature algorithms that a token may name (RFC 7518 section 3.1). `none` is not allowed.
enum class jws_algorithm : std::uint8_t {
  hs256, // HMAC with SHA-256 and a shared secret: verified here
  rs256, // RSASSA-PKCS1-v1_5 with SHA-256: verified by the host
  es256, // ECDSA on P-256 with SHA-256: verified by the host
};

// Why a token was refused, for logs and tests. The caller is only told "invalid token".

enum class jwt_error : std::uint8_t {
  // form
  too_long,        // the token is longer than jws::max_size
  not_three_parts, // the token has not exactly two dots
  bad_base64url,   // a part is not canonical base64url
  // header
  header_not_json,       // the header is not one JSON object in UTF-8
  duplicate_header_name, // a name occurs twice in the header
  bad_header,            // alg is missing, or alg, kid or typ is not a string
  critical_header,       // the header has crit or b64, extensions that change what is signed
  algorithm_not_allowed, // alg is `none`, is unknown, or no key is pinned to it
  wrong_type,            // typ says that this is another kind of token
  // key and signature
  weak_key,           // a key is shorter than the 32 bytes that HS256 needs: an error in our settings
  signature_mismatch, // no key gives this signature
  // claims
  claims_not_json,      // the payload is not one JSON object in UTF-8
  duplicate_claim_name, // a claim occurs twice
  bad_expiry,           // exp is missing, or is not a number that is a time between 1970 and 9999
  expired,              // exp is in the past
  bad_time,             // nbf or iat is not a number that is a time between 1970 and 9999
  not_yet_valid,        // nbf is in the future by more than the leeway
  issued_in_future,     // iat is in the future by more than the leeway
  wrong_issuer,         // iss is missing or is not the required issuer
  wrong_audience, // aud is missing, lacks the required audience, or is not a string or an array of strings
  bad_subject,    // sub is missing, not a string, empty, too long, or has a control character
  bad_roles,      // role is not a string, or roles is not an array of strings
};

// The enumerator's name, for a log line. Never fails; the text is static.
[[nodiscard]] std::string_view name_of(jwt_error error) noexcept;

// A key that verifies tokens, pinned to one algorithm (RFC 8725 section 3.1): the token's own header never
// decides how a key is used.

struct jwt_key {
  jws_algorithm algorithm;
  secret value;
};

// A signed token in compact form (RFC 7515 sections 3.1 and 5.2). It is taken apart first and verified
// second: HS256 here, RS256 and ES256 by the host.

struct jws {
  // Longer tokens are refused unread. No issuer that we know sends more than half of this.
  static constexpr std::size_t max_size = 8192;

  jws_algorithm algorithm;         // what the header says; the key decides whether it may be used
  std::optional<std::string> kid;  // the key that it names: an index to look up, never a path or address
  std::optional<std::string> type; // typ, as written
  std::string_view signing_input;  // the first two parts and their dot, a view of the token passed to parse
  std::string payload;             // decoded; not to be trusted before the signature is verified
  std::string signature;           // decoded

  // Takes the token apart and checks everything that needs no key: size, form, canonical base64url, and the
  // header's JSON, names, algorithm and extensions. The token must outlive the result. Fails with the errors
  // under "form" and "header" of jwt_error, except wrong_type. Ignores jku, jwk, x5u and x5c: a token must
  // not say where its key is.
  [[nodiscard]] static std::expected<jws, jwt_error> parse(std::string_view token);
};

// Whether the token says HS256 and is signed with this key (RFC 7518 section 3.2). Keys may have any length
// here; verify_jwt requires 32 bytes.
[[nodiscard]] bool verify_hs256(const jws& token, byte_view key) noexcept;

} // namespace crypto
