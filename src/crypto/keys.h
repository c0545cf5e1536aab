// A public key that tokens are verified with, read from a JSON Web Key (RFC 7517, and RFC 7518 section 6) and
// pinned to the one algorithm it is for (RFC 8725 section 3.1). The host computes with it: see
// edge::operation::verify.
#pragma once

#include "crypto/jws.h"
#include "crypto/secret.h"
#include "json/reader.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace crypto {

struct public_key {
  jws_algorithm algorithm;    // rs256 or es256
  std::string jwk;            // the key's numbers and nothing else, as JSON
  std::size_t signature_size; // in bytes: no signature of this key has another

  // Nothing for a key that is not for this: of another type, curve, algorithm or use; an RSA key of fewer
  // than 2048 bits, or that can be factored (ROCA), or with an exponent that is even, 1 or beyond 32 bits;
  // one whose private part is published with it. Numbers are of the length that RFC 7518 asks for. Whether a
  // point is on its curve, the host finds out.
  [[nodiscard]] static std::optional<public_key> read(json::value jwk);

  // What WebCrypto calls the algorithm, as JSON.
  [[nodiscard]] std::string parameters() const;
};

// The one key of a JSON Web Key Set (RFC 7517 section 5) that can verify the token: for the token's
// algorithm, and with its kid if it has one. Nullopt when no key fits, or more than one.
[[nodiscard]] std::optional<public_key> find_public_key(json::value set, const jws& token);

// A private RSA key that tokens are signed with (RS256), in a form that the host can compute with: see
// edge::operation::sign.

struct signing_key {
  std::string_view format; // as WebCrypto names it
  secret material;

  // From a JSON Web Key in base64: what Cloudflare's POST /stream/keys calls `jwk`. Nothing for what is no
  // private RSA key.
  [[nodiscard]] static std::optional<signing_key> from_jwk(std::string_view base64);

  // From a PEM in base64, of PKCS #1 (RFC 8017 appendix A.1.2) as Mux's POST /system/v1/signing-keys gives it
  // in `private_key`, or of PKCS #8 (RFC 5958). Nothing for anything else. WebCrypto takes no PKCS #1, so it
  // is wrapped.
  [[nodiscard]] static std::optional<signing_key> from_pem(std::string_view base64);
};

} // namespace crypto
