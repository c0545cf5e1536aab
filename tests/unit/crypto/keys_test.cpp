// crypto::public_key: which JSON Web Keys are accepted, for which algorithm, and which key of a set verifies
// a token. crypto::signing_key: converts the keys that the providers hand out into what WebCrypto imports.
// tests/worker proves that WebCrypto imports them, with keys made by OpenSSL.
#include "crypto/base64.h"
#include "crypto/keys.h"
#include "json/reader.h"
#include "support/catch.h"

#include <string>
#include <string_view>

namespace {

const std::string modulus = crypto::base64url_encode("\x80" + std::string(255, 'n'));
const std::string coordinate = crypto::base64url_encode(std::string(32, 'c'));

std::string rsa(std::string_view more = "", std::string_view n = modulus, std::string_view e = "AQAB") {
  return R"({"kty":"RSA","n":")" + std::string(n) + R"(","e":")" + std::string(e) + '"' + std::string(more) +
         '}';
}

std::string ec(std::string_view more = "", std::string_view x = coordinate, std::string_view crv = "P-256") {
  return R"({"kty":"EC","crv":")" + std::string(crv) + R"(","x":")" + std::string(x) + R"(","y":")" +
         coordinate + '"' + std::string(more) + '}';
}

// The algorithm of a key, or "refused".
std::string use_of(std::string_view jwk) {
  const auto document = json::document::parse(jwk);
  REQUIRE(document);
  const auto key = crypto::public_key::read(document->root());
  if (!key) {
    return "refused";
  }
  return key->algorithm == crypto::jws_algorithm::rs256 ? "RS256" : "ES256";
}

// The key found for a token with this header, or "none".
std::string found_in(std::string_view keys, std::string_view header) {
  const auto set = json::document::parse(R"({"keys":[)" + std::string(keys) + "]}");
  const std::string token = crypto::base64url_encode(header) + ".e30.c2ln";
  REQUIRE(set);
  const auto key = crypto::find_public_key(set->root(), crypto::jws::parse(token).value());
  return key ? key->jwk : "none";
}

std::string with_kid(std::string_view kid) { return R"(,"kid":")" + std::string(kid) + '"'; }

} // namespace

TEST_CASE("A key is pinned to the one algorithm of its type, and only its numbers are passed on") {
  const auto document = json::document::parse(rsa(R"(,"alg":"RS256","use":"sig","kid":"a","ext":true)"));
  const auto key = crypto::public_key::read(document->root());
  REQUIRE(key);
  CHECK(key->algorithm == crypto::jws_algorithm::rs256);
  CHECK(key->signature_size == 256);
  CHECK(key->jwk == rsa());
  const auto other = json::document::parse(ec(R"(,"use":"sig","kid":"b")"));
  const auto point = crypto::public_key::read(other->root());
  REQUIRE(point);
  CHECK(point->algorithm == crypto::jws_algorithm::es256);
  CHECK(point->signature_size == 64);
  CHECK(point->jwk == ec());
}

TEST_CASE("A key is accepted with only the required members, or with permitted values") {
  for (const char* more :
       {"", R"(,"use":"sig")", R"(,"key_ops":["verify"])", R"(,"key_ops":["sign","verify"])"}) {
    INFO(more);
    CHECK(use_of(rsa(more)) == "RS256");
    CHECK(use_of(ec(more)) == "ES256");
  }
  CHECK(use_of(rsa(R"(,"alg":"RS256")")) == "RS256");
  CHECK(use_of(ec(R"(,"alg":"ES256")")) == "ES256");
}

TEST_CASE("A key for another use is refused") {
  for (const char* more : {R"(,"use":"enc")", R"(,"use":7)", R"(,"key_ops":["encrypt"])", R"(,"key_ops":[])",
                           R"(,"key_ops":"verify")", R"(,"alg":"HS256")", R"(,"alg":"none")",
                           R"(,"alg":null)", R"(,"alg":"PS256")", R"(,"d":"AQAB")", R"(,"kty":"RSA")"}) {
    INFO(more);
    CHECK(use_of(rsa(more)) == "refused");
    CHECK(use_of(ec(more)) == "refused");
  }
  CHECK(use_of(rsa(R"(,"alg":"ES256")")) == "refused");
  CHECK(use_of(ec(R"(,"alg":"RS256")")) == "refused");
  for (const char* jwk :
       {"{}", "[]", "null", R"({"kty":"oct","k":"c2VjcmV0"})", R"({"kty":"OKP","crv":"Ed25519"})"}) {
    CHECK(use_of(jwk) == "refused");
  }
}

TEST_CASE("RSA moduli have 2048 to 8192 bits, exponents are odd and greater than 1") {
  const auto with_modulus = [](const std::string& bytes) {
    return use_of(rsa("", crypto::base64url_encode(bytes)));
  };
  CHECK(with_modulus("\x7f" + std::string(255, 'n')) == "refused"); // 2047 bits
  CHECK(with_modulus("\x80" + std::string(254, 'n')) == "refused");
  CHECK(with_modulus(std::string(1, '\0') + "\x80" + std::string(255, 'n')) == "refused");
  CHECK(with_modulus("\1" + std::string(256, 'n')) == "RS256");
  CHECK(with_modulus("\x80" + std::string(1023, 'n')) == "RS256");
  CHECK(with_modulus("\1" + std::string(1024, 'n')) == "refused");
  CHECK(use_of(rsa("", modulus, "Aw")) == "RS256");
  for (const char* exponent : {"AQ", "Ag", "AAEAAQ", "", "AQAAAAE", "AQA", "AQAB="}) {
    INFO(exponent);
    CHECK(use_of(rsa("", modulus, exponent)) == "refused");
  }
}

TEST_CASE("Points are on P-256 and have two full-length coordinates") {
  CHECK(use_of(ec("", coordinate, "P-384")) == "refused");
  CHECK(use_of(ec("", coordinate, "p-256")) == "refused");
  for (const std::size_t size : {0U, 31U, 33U, 48U}) {
    CHECK(use_of(ec("", crypto::base64url_encode(std::string(size, 'c')))) == "refused");
  }
  CHECK(use_of(ec("", coordinate + "=")) == "refused");
}

TEST_CASE("A token is verified with the key that it names, if that is for its algorithm") {
  const std::string keys =
      rsa(with_kid("a")) + ',' + ec(with_kid("b")) + ',' + rsa(with_kid("c"), modulus, "Aw");
  CHECK(found_in(keys, R"({"alg":"RS256","kid":"a"})") == rsa());
  CHECK(found_in(keys, R"({"alg":"RS256","kid":"c"})") == rsa("", modulus, "Aw"));
  CHECK(found_in(keys, R"({"alg":"ES256","kid":"b"})") == ec());
  CHECK(found_in(keys, R"({"alg":"ES256","kid":"a"})") == "none");
  CHECK(found_in(keys, R"({"alg":"HS256","kid":"a"})") == "none");
  CHECK(found_in(keys, R"({"alg":"RS256","kid":"../a"})") == "none");
  CHECK(found_in(keys, R"({"alg":"RS256","kid":""})") == "none");
  CHECK(found_in("", R"({"alg":"RS256","kid":"a"})") == "none");
}

TEST_CASE("A token that names no key is verified with the only key for its algorithm") {
  CHECK(found_in(rsa(with_kid("a")) + ',' + ec(), R"({"alg":"RS256"})") == rsa());
  CHECK(found_in(rsa(with_kid("a")) + ',' + rsa(with_kid("b")), R"({"alg":"RS256"})") == "none");
  CHECK(found_in(rsa(with_kid("a")) + ',' + rsa(with_kid("a")), R"({"alg":"RS256","kid":"a"})") == "none");
  CHECK(found_in(rsa() + R"(,7,{},{"kty":"oct"})", R"({"alg":"RS256"})") == rsa());
}

TEST_CASE("Keys inside a token are ignored") {
  const std::string header =
      R"({"alg":"RS256","kid":"mine","jku":"https://evil.example","jwk":)" + rsa() + '}';
  CHECK(found_in(ec(), header) == "none");
}

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
