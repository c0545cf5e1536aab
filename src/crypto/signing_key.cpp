// Private keys as the providers hand them out.
#include "crypto/signing_key.h"

#include "crypto/base64.h"
#include "json/document.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace crypto {
namespace {

// The bytes between the two lines that carry this label (RFC 7468).
std::optional<std::string> between_lines(std::string_view pem, std::string_view label) {
  const std::string name(label);
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

// Whether it is one SEQUENCE with a length of two bytes, and nothing behind it: any RSA key of 2,048 bits or
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
  std::string inner(version_and_algorithm);
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
