// crypto::signing_key: converts the keys that the providers hand out into what WebCrypto imports.
// tests/worker proves that WebCrypto imports them, with keys made by OpenSSL.
#include "crypto/base64.h"
#include "crypto/keys.h"
#include "support/catch.h"

#include <string>
#include <string_view>

namespace {

// As long as a real key of 2,048 bits; the content does not matter here.
std::string rsa_private_key() { return std::string("\x30\x82\x04\xa4", 4) + std::string(0x4a4, 'k'); }

std::string pem(std::string_view label, std::string_view der) {
  const std::string text = crypto::base64_encode(der);
  std::string lines = "-----BEGIN " + std::string(label) + "-----\n";
  for (std::size_t at = 0; at < text.size(); at += 64) {
    lines += text.substr(at, 64) + '\n';
  }
  return crypto::base64_encode(lines + "-----END " + std::string(label) + "-----\n");
}

} // namespace

TEST_CASE("A PKCS #1 key is wrapped into PKCS #8 with a prefix of 26 bytes") {
  const std::string_view before(
      "\x30\x82\x04\xbe\x02\x01\x00\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05"
      "\x00\x04\x82\x04\xa8",
      26);
  const auto key = crypto::signing_key::from_pem(pem("RSA PRIVATE KEY", rsa_private_key()));
  REQUIRE(key);
  CHECK(key->format == "pkcs8");
  CHECK(key->material.text() == std::string(before) + rsa_private_key());
  const auto again = crypto::signing_key::from_pem(pem("PRIVATE KEY", key->material.text()));
  REQUIRE(again);
  CHECK(again->material.text() == key->material.text());
}

TEST_CASE("Anything but a private key in a base64-encoded PEM is refused") {
  const std::string whole = rsa_private_key();
  CHECK_FALSE(crypto::signing_key::from_pem(""));
  CHECK_FALSE(crypto::signing_key::from_pem("-----BEGIN RSA PRIVATE KEY-----"));
  CHECK_FALSE(crypto::signing_key::from_pem(pem("RSA PRIVATE KEY", "")));
  CHECK_FALSE(crypto::signing_key::from_pem(pem("RSA PRIVATE KEY", whole.substr(0, whole.size() - 1))));
  CHECK_FALSE(crypto::signing_key::from_pem(pem("RSA PRIVATE KEY", whole + "k")));
  CHECK_FALSE(crypto::signing_key::from_pem(pem("PUBLIC KEY", whole)));
  CHECK_FALSE(crypto::signing_key::from_pem(
      crypto::base64_encode("-----END RSA PRIVATE KEY-----\n-----BEGIN RSA PRIVATE KEY-----\n")));
}

TEST_CASE("A base64-encoded JSON Web Key is accepted if it is a private RSA key") {
  const std::string_view jwk = R"({"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQAB"})";
  const auto key = crypto::signing_key::from_jwk(crypto::base64_encode(jwk));
  REQUIRE(key);
  CHECK(key->format == "jwk");
  CHECK(key->material.text() == jwk);
  CHECK_FALSE(crypto::signing_key::from_jwk(jwk));
  CHECK_FALSE(crypto::signing_key::from_jwk(crypto::base64_encode(R"({"kty":"RSA","n":"AQAB","e":"AQAB"})")));
  CHECK_FALSE(crypto::signing_key::from_jwk(crypto::base64_encode(R"({"kty":"EC","d":"AQAB"})")));
  CHECK_FALSE(crypto::signing_key::from_jwk(crypto::base64_encode("{")));
}
