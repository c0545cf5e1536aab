// A private RSA key that tokens are signed with (RS256), in a form that the host can compute with: see
// edge::operation::sign.
#pragma once

#include "crypto/secret.h"

#include <optional>
#include <string_view>

namespace crypto {

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
