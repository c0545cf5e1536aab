// Why a token was refused. The caller is told "invalid token" whatever it is; this is for logs and tests.
#pragma once

#include <cstdint>
#include <string_view>

namespace crypto {

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
  algorithm_not_allowed, // alg is none, is unknown, or is one that no key is pinned to
  wrong_type,            // typ says that this is another kind of token
  // key and signature
  weak_key,           // a key is shorter than the 32 bytes HS256 asks for: a fault in our configuration
  signature_mismatch, // no key gives this signature
  // claims
  claims_not_json,      // the payload is not one JSON object in UTF-8
  duplicate_claim_name, // a claim occurs twice
  bad_expiry,           // exp is missing, is no number, or is no time between 1970 and 9999
  expired,              // exp has come
  bad_time,             // nbf or iat is there and is no number, or no time between 1970 and 9999
  not_yet_valid,        // nbf is in the future by more than the leeway
  issued_in_future,     // iat is in the future by more than the leeway
  wrong_issuer,         // iss is missing or is not the issuer asked for
  wrong_audience, // aud is missing or does not hold the audience asked for, or is not a string or strings
  bad_subject,    // sub is missing, is no string, is empty, is too long or holds a control character
  bad_roles,      // role is no string, or roles is not an array of strings
};

// The enumerator's name, for a log line. Never fails; the text is static.
[[nodiscard]] std::string_view name_of(jwt_error error) noexcept;

} // namespace crypto
