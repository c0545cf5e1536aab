#include "crypto/jws.h"

#include "crypto/base64.h"
#include "crypto/bytes.h"
#include "crypto/sha256.h"
#include "json/reader.h"

#include <utility>

namespace crypto {

std::string_view name_of(jwt_error error) noexcept {
  switch (error) {
  case jwt_error::too_long: return "too_long";
  case jwt_error::not_three_parts: return "not_three_parts";
  case jwt_error::bad_base64url: return "bad_base64url";
  case jwt_error::header_not_json: return "header_not_json";
  case jwt_error::duplicate_header_name: return "duplicate_header_name";
  case jwt_error::bad_header: return "bad_header";
  case jwt_error::critical_header: return "critical_header";
  case jwt_error::algorithm_not_allowed: return "algorithm_not_allowed";
  case jwt_error::wrong_type: return "wrong_type";
  case jwt_error::weak_key: return "weak_key";
  case jwt_error::signature_mismatch: return "signature_mismatch";
  case jwt_error::claims_not_json: return "claims_not_json";
  case jwt_error::duplicate_claim_name: return "duplicate_claim_name";
  case jwt_error::bad_expiry: return "bad_expiry";
  case jwt_error::expired: return "expired";
  case jwt_error::bad_time: return "bad_time";
  case jwt_error::not_yet_valid: return "not_yet_valid";
  case jwt_error::issued_in_future: return "issued_in_future";
  case jwt_error::wrong_issuer: return "wrong_issuer";
  case jwt_error::wrong_audience: return "wrong_audience";
  case jwt_error::bad_subject: return "bad_subject";
  case jwt_error::bad_roles: return "bad_roles";
  }
  return "unknown";
}

namespace {

// The checked header.
struct jws_header {
  jws_algorithm algorithm;
  std::optional<std::string> kid;
  std::optional<std::string> type;
};

// Names are compared byte by byte (RFC 7515 section 5.3), so `hs256` is as unknown as `none`.
std::optional<jws_algorithm> algorithm_named(std::string_view name) noexcept {
  if (name == "HS256") {
    return jws_algorithm::hs256;
  }
  if (name == "RS256") {
    return jws_algorithm::rs256;
  }
  if (name == "ES256") {
    return jws_algorithm::es256;
  }
  return std::nullopt;
}

std::optional<std::string> owned(std::optional<std::string_view> text) {
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

std::expected<jws_header, jwt_error> read_header(std::string_view text) {
  const auto document = json::document::parse(text);
  if (!document || !document->root().is_object()) {
    return std::unexpected(jwt_error::header_not_json);
  }
  const json::value header = document->root();
  if (header.has_duplicate_names()) {
    return std::unexpected(jwt_error::duplicate_header_name);
  }
  // crit names extensions that must be understood (RFC 7515 section 4.1.11). No extension is understood here.
  // b64 would change what is signed, and is not allowed in a JWT at all (RFC 7797 section 7).
  if (header["crit"].exists() || header["b64"].exists()) {
    return std::unexpected(jwt_error::critical_header);
  }
  const json::value kid = header["kid"];
  const json::value type = header["typ"];
  const auto name = header["alg"].text();
  if (!name || (kid.exists() && !kid.text()) || (type.exists() && !type.text())) {
    return std::unexpected(jwt_error::bad_header);
  }
  const auto algorithm = algorithm_named(*name);
  if (!algorithm) {
    return std::unexpected(jwt_error::algorithm_not_allowed);
  }
  return jws_header{.algorithm = *algorithm, .kid = owned(kid.text()), .type = owned(type.text())};
}

} // namespace

std::expected<jws, jwt_error> jws::parse(std::string_view token) {
  if (token.size() > max_size) {
    return std::unexpected(jwt_error::too_long);
  }
  const std::size_t first = token.find('.');
  const std::size_t second = first == token.npos ? first : token.find('.', first + 1);
  if (second == token.npos || token.find('.', second + 1) != token.npos) {
    return std::unexpected(jwt_error::not_three_parts);
  }
  const auto header_text = base64url_decode(token.substr(0, first));
  auto payload = base64url_decode(token.substr(first + 1, second - first - 1));
  auto signature = base64url_decode(token.substr(second + 1));
  if (!header_text || !payload || !signature) {
    return std::unexpected(jwt_error::bad_base64url);
  }
  auto header = read_header(*header_text);
  if (!header) {
    return std::unexpected(header.error());
  }
  return jws{.algorithm = header->algorithm,
             .kid = std::move(header->kid),
             .type = std::move(header->type),
             .signing_input = token.substr(0, second),
             .payload = *std::move(payload),
             .signature = *std::move(signature)};
}

bool verify_hs256(const jws& token, byte_view key) noexcept {
  return token.algorithm == jws_algorithm::hs256 &&
         constant_time_equal(token.signature, hmac_sha256(key, token.signing_input));
}

} // namespace crypto
