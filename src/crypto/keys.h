// Public keys that verify tokens, and private keys that sign them. The host computes with them: see
// edge::operation::verify and edge::operation::sign.
#pragma once

#include "crypto/jws.h"
#include "crypto/secret.h"
#include "json/reader.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace crypto {

// A public key, read from a JSON Web Key (RFC 7517, and RFC 7518 section 6) and pinned to its one algorithm
// (RFC 8725 section 3.1).
struct public_key {
  jws_algorithm algorithm;    // rs256 or es256
  std::string jwk;            // only the key's numbers, as JSON
  std::size_t signature_size; // of every signature of this key, in bytes

  // Nothing for an unsuitable key: one of another type, curve, algorithm or use; an RSA key of fewer than
  // 2048 bits, or that can be factored (ROCA), or with an exponent that is even, 1 or beyond 32 bits; a key
  // with its private part; or numbers of another length than RFC 7518 requires. The host checks whether a
  // point is on its curve.
  [[nodiscard]] static std::optional<public_key> read(json::value jwk);

  // The algorithm in WebCrypto's terms, as JSON.
  [[nodiscard]] std::string parameters() const;
};

// The key of a JSON Web Key Set (RFC 7517 section 5) that has the token's algorithm, and its kid if the token
// names one. Nothing unless exactly one key fits.
[[nodiscard]] std::optional<public_key> find_public_key(json::value set, const jws& token);

// A private RSA key that signs tokens (RS256), in a form that the host can import.
struct signing_key {
  std::string_view format; // WebCrypto's name for it
  secret material;

  // From a JSON Web Key in base64: the `jwk` of Cloudflare's POST /stream/keys. Nothing unless it is a
  // private RSA key.
  [[nodiscard]] static std::optional<signing_key> from_jwk(std::string_view base64);

  // From a PEM in base64: PKCS #1 (RFC 8017 appendix A.1.2), as in the `private_key` of Mux's POST
  // /system/v1/signing-keys, or PKCS #8 (RFC 5958). WebCrypto does not import PKCS #1, so it is wrapped.
  [[nodiscard]] static std::optional<signing_key> from_pem(std::string_view base64);
};

} // namespace crypto
