#include "crypto/keys.h"

#include "crypto/base64.h"
#include "json/reader.h"
#include "json/writer.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace crypto {

namespace {

constexpr std::size_t coordinate_size = 32; // of a point on P-256

bool is_or_absent(json::value member, std::string_view wanted) {
  return !member.exists() || member.text() == wanted;
}

// RFC 7517 sections 4.2 and 4.3.
bool may_verify(json::value jwk) {
  const json::value uses = jwk["key_ops"];
  const auto is_verify = [](json::value use) { return use.text() == "verify"; };
  return is_or_absent(jwk["use"], "sig") &&
         (!uses.exists() || std::ranges::any_of(uses.elements(), is_verify));
}

std::string bytes_of(json::value number) { return base64url_decode(number.text().value_or("")).value_or(""); }

unsigned first_byte(std::string_view bytes) {
  return bytes.empty() ? 0 : static_cast<unsigned char>(bytes.front());
}

// From 2048 to 8192 bits, without a leading zero (RFC 7518 section 6.3.1.1).
bool is_modulus(std::string_view n) {
  const bool long_enough = n.size() > 256 || (n.size() == 256 && first_byte(n) >= 0x80);
  return long_enough && n.size() <= 1024 && first_byte(n) != 0;
}

// Whether each of these remainders is a power of 65537. That is true of the keys that a library in millions
// of smart cards made and that can be factored (ROCA, CVE-2017-15361), and of hardly any other key.
bool is_roca(std::string_view n) {
  constexpr std::array<unsigned, 17> primes = {11, 13, 17,  19,  37,  53,  61,  71, 73,
                                               79, 97, 103, 107, 109, 127, 151, 157};
  return std::ranges::all_of(primes, [&](unsigned prime) {
    unsigned remainder = 0;
    for (const char byte : n) {
      remainder = (remainder * 256 + static_cast<unsigned char>(byte)) % prime;
    }
    unsigned power = 1;
    while (power != remainder) {
      power = power * 65537 % prime;
      if (power == 1) {
        return false;
      }
    }
    return true;
  });
}

bool is_exponent(std::string_view e) {
  const bool is_one = e == std::string_view{"\1"};
  return first_byte(e) != 0 && e.size() <= 4 && static_cast<unsigned char>(e.back()) % 2 == 1 && !is_one;
}

std::optional<public_key> read_rsa(json::value jwk) {
  const std::string n = bytes_of(jwk["n"]);
  const std::string e = bytes_of(jwk["e"]);
  if (!is_or_absent(jwk["alg"], "RS256") || !is_modulus(n) || !is_exponent(e) || is_roca(n)) {
    return std::nullopt;
  }
  const json::object numbers =
      json::object().set("kty", "RSA").set("n", base64url_encode(n)).set("e", base64url_encode(e));
  return public_key{.algorithm = jws_algorithm::rs256, .jwk = numbers.dump(), .signature_size = n.size()};
}

std::optional<public_key> read_ec(json::value jwk) {
  const std::string x = bytes_of(jwk["x"]);
  const std::string y = bytes_of(jwk["y"]);
  const bool fits = is_or_absent(jwk["alg"], "ES256") && jwk["crv"].text() == "P-256";
  if (!fits || x.size() != coordinate_size || y.size() != coordinate_size) {
    return std::nullopt;
  }
  const json::object numbers = json::object()
                                   .set("kty", "EC")
                                   .set("crv", "P-256")
                                   .set("x", base64url_encode(x))
                                   .set("y", base64url_encode(y));
  return public_key{
      .algorithm = jws_algorithm::es256, .jwk = numbers.dump(), .signature_size = 2 * coordinate_size};
}

} // namespace

std::optional<public_key> public_key::read(json::value jwk) {
  if (jwk.has_duplicate_names() || jwk["d"].exists() || !may_verify(jwk)) {
    return std::nullopt;
  }
  const auto type = jwk["kty"].text();
  if (type == "RSA") {
    return read_rsa(jwk);
  }
  return type == "EC" ? read_ec(jwk) : std::nullopt;
}

std::string public_key::parameters() const {
  if (algorithm == jws_algorithm::rs256) {
    return R"({"name":"RSASSA-PKCS1-v1_5","hash":"SHA-256"})";
  }
  return R"({"name":"ECDSA","namedCurve":"P-256","hash":"SHA-256"})";
}

std::optional<public_key> find_public_key(json::value set, const jws& token) {
  std::optional<public_key> found;
  for (const json::value jwk : set["keys"].elements()) {
    if (token.kid && jwk["kid"].text() != *token.kid) {
      continue;
    }
    auto key = public_key::read(jwk);
    if (!key || key->algorithm != token.algorithm) {
      continue;
    }
    if (found) {
      return std::nullopt;
    }
    found = std::move(key);
  }
  return found;
}

namespace {

// The bytes between the two lines that carry this label (RFC 7468).
std::optional<std::string> between_lines(std::string_view pem, std::string_view label) {
  const std::string name{label};
  const std::string first = "-----BEGIN " + name + "-----";
  const std::string last = "-----END " + name + "-----";
  const std::size_t begin = pem.find(first);
  const std::size_t end = pem.find(last);
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin + first.size()) {
    return std::nullopt;
  }
  std::string text;
  for (const char c : pem.substr(begin + first.size(), end - begin - first.size())) {
    if (c != '\n' && c != '\r') {
      text += c;
    }
  }
  return base64_decode(text);
}

// A tag and a length of two bytes, as DER writes what is between 256 and 65,535 bytes long.
void append_header(std::string& to, char tag, std::size_t length) {
  to += tag;
  to += '\x82';
  to += static_cast<char>(length >> 8 & 0xff);
  to += static_cast<char>(length & 0xff);
}

// Whether it is one SEQUENCE with a length of two bytes, and nothing after it. Every RSA key of 2,048 bits or
// more is.
bool is_long_sequence(std::string_view der) {
  if (der.size() < 4 + 256 || der.size() > 4 + 65'000) {
    return false;
  }
  std::string header;
  append_header(header, '\x30', der.size() - 4);
  return der.starts_with(header);
}

// PrivateKeyInfo (RFC 5958 section 2) around an RSAPrivateKey: version 0 and rsaEncryption with no parameters
// before it.
std::string wrap(std::string_view rsa_private_key) {
  constexpr std::string_view version_and_algorithm{
      "\x02\x01\x00\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00", 18};
  std::string inner{version_and_algorithm};
  append_header(inner, '\x04', rsa_private_key.size());
  inner += rsa_private_key;
  std::string outer;
  append_header(outer, '\x30', inner.size());
  return outer + inner;
}

} // namespace

std::optional<signing_key> signing_key::from_jwk(std::string_view base64) {
  std::optional<std::string> text = base64_decode(base64);
  if (!text) {
    return std::nullopt;
  }
  const auto document = json::document::parse(*text);
  if (!document || document->root()["kty"].text() != "RSA" || !document->root()["d"].text()) {
    return std::nullopt;
  }
  return signing_key{.format = "jwk", .material = secret(std::move(*text))};
}

std::optional<signing_key> signing_key::from_pem(std::string_view base64) {
  const std::string pem = base64_decode(base64).value_or("");
  if (auto wrapped = between_lines(pem, "PRIVATE KEY"); wrapped && is_long_sequence(*wrapped)) {
    return signing_key{.format = "pkcs8", .material = secret(std::move(*wrapped))};
  }
  if (auto bare = between_lines(pem, "RSA PRIVATE KEY"); bare && is_long_sequence(*bare)) {
    return signing_key{.format = "pkcs8", .material = secret(wrap(*bare))};
  }
  return std::nullopt;
}

} // namespace crypto
