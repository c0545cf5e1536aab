// Keys from outside: an issuer's JSON Web Key Set, and the signing keys of both providers.
#include "crypto/keys.h"
#include "json/reader.h"
#include "target.h"

#include <optional>
#include <string>

namespace {

using fuzz::require;

crypto::jws token_of(crypto::jws_algorithm algorithm, std::optional<std::string> kid) {
  return {.algorithm = algorithm,
          .kid = std::move(kid),
          .type = std::nullopt,
          .signing_input = {},
          .payload = {},
          .signature = {}};
}

void check_set(const json::value& set) {
  for (const auto algorithm : {crypto::jws_algorithm::rs256, crypto::jws_algorithm::es256}) {
    for (const json::value& each : set["keys"].elements()) {
      const auto kid = each["kid"].text().transform([](auto text) { return std::string{text}; });
      const auto found = crypto::find_public_key(set, token_of(algorithm, kid));
      if (!found) {
        continue;
      }
      // What the host is given is a key of that algorithm and nothing but its numbers.
      require(found->algorithm == algorithm);
      const auto written = json::document::parse(found->jwk);
      require(written.has_value());
      for (const char* member : {"d", "p", "q", "k", "kid", "alg", "use"}) {
        require(!written->root()[member].exists());
      }
      const auto again = crypto::public_key::read(written->root());
      require(again && again->jwk == found->jwk && again->signature_size == found->signature_size);
    }
    // A shared secret is never a public key.
    require(!crypto::find_public_key(set, token_of(crypto::jws_algorithm::hs256, std::nullopt)));
  }
}

} // namespace

void fuzz::run(std::string_view input) {
  if (const auto read = json::document::parse(input)) {
    check_set(read->root());
  }
  if (const auto key = crypto::signing_key::from_jwk(input)) {
    require(key->format == "jwk" && !key->material.empty());
  }
  if (const auto key = crypto::signing_key::from_pem(input)) {
    require(key->format == "pkcs8" && !key->material.empty());
  }
}
