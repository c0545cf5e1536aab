// A signed token in compact form (RFC 7515 sections 3.1 and 5.2), taken apart first and verified second,
// since HS256 is checked here and RS256 and ES256 are checked by the host.
#pragma once

#include "crypto/byte_view.h"
#include "crypto/jws_algorithm.h"
#include "crypto/jwt_error.h"

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace crypto {

struct jws {
  // Longer tokens are refused unread: 8 kB is twice what any of the issuers we know sends.
  static constexpr std::size_t max_size = 8192;

  jws_algorithm algorithm;         // what the header says; the key decides whether it may be used
  std::optional<std::string> kid;  // which key it names: an index to look up, never a path or address
  std::optional<std::string> type; // typ, as written
  std::string_view signing_input;  // the first two parts and their dot, a view of the token passed to parse
  std::string payload;             // decoded; says nothing before the signature is verified
  std::string signature;           // decoded

  // Takes the token apart and checks everything that needs no key: size, form, canonical base64url, and the
  // header's JSON, names, algorithm and extensions. The token must outlive the result. Fails with the errors
  // under "form" and "header" of jwt_error, wrong_type excepted. jku, jwk, x5u and x5c are not looked at: a
  // token does not get to say where its key is.
  [[nodiscard]] static std::expected<jws, jwt_error> parse(std::string_view token);
};

// Whether the token says HS256 and its signature is the one that this key gives (RFC 7518 section 3.2). Keys
// may have any length here; verify_jwt asks for 32 bytes.
[[nodiscard]] bool verify_hs256(const jws& token, byte_view key) noexcept;

} // namespace crypto
