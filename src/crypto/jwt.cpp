// Claims by RFC 7519 section 4.1, with the checks of RFC 8725 section 3.
#include "crypto/jwt.h"

#include "crypto/base64.h"
#include "crypto/jws.h"
#include "crypto/sha256.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace crypto {

namespace {

constexpr std::size_t max_subject_size = 255; // RFC 7519 has no limit; OpenID Connect Core section 2 has this
constexpr std::int64_t end_of_time = 253402300800; // the year 10000: more is a mistake, not a time

constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// A token of another kind that is signed with the same key is not an access token (RFC 8725 section 3.11).
// typ is compared without regard to case (RFC 7515 section 4.1.9).
bool is_access_token(const std::optional<std::string>& type) {
  const auto is = [&](std::string_view name) { return std::ranges::equal(*type, name, {}, lower); };
  return !type || is("jwt") || is("at+jwt");
}

// A NumericDate (RFC 7519 section 2) in whole seconds.
std::optional<std::int64_t> time_of(json::value claim) noexcept {
  const auto thousandths = claim.thousandths();
  if (!thousandths || *thousandths < 0 || *thousandths / 1000 >= end_of_time) {
    return std::nullopt;
  }
  return *thousandths / 1000;
}

struct validity {
  std::int64_t expires_at;
  std::optional<std::int64_t> issued_at;
};

// Checks exp, nbf and iat (RFC 7519 sections 4.1.4 to 4.1.6) against the current time.
std::expected<validity, jwt_error> validity_of(json::value claims, const jwt_policy& policy,
                                               std::int64_t now) noexcept {
  const auto expires = time_of(claims["exp"]);
  if (!expires) {
    return std::unexpected(jwt_error::bad_expiry);
  }
  if (now >= *expires) {
    return std::unexpected(jwt_error::expired);
  }
  const auto not_before = time_of(claims["nbf"]);
  const auto issued = time_of(claims["iat"]);
  if ((claims["nbf"].exists() && !not_before) || (claims["iat"].exists() && !issued)) {
    return std::unexpected(jwt_error::bad_time);
  }
  if (not_before && *not_before - now > policy.leeway_seconds) {
    return std::unexpected(jwt_error::not_yet_valid);
  }
  if (issued && *issued - now > policy.leeway_seconds) {
    return std::unexpected(jwt_error::issued_in_future);
  }
  return validity{.expires_at = *expires, .issued_at = issued};
}

// The strings of an array. Nothing if it is not an array of strings.
std::optional<std::vector<std::string_view>> texts_of(json::value claim) {
  if (!claim.is_array()) {
    return std::nullopt;
  }
  std::vector<std::string_view> texts;
  for (const json::value element : claim.elements()) {
    const auto text = element.text();
    if (!text) {
      return std::nullopt;
    }
    texts.push_back(*text);
  }
  return texts;
}

// Whether iss is the required one. A malformed iss is wrong even if none is required.
bool issuer_fits(json::value claim, const jwt_policy& policy) {
  const auto issuer = claim.text();
  return policy.issuer ? issuer == *policy.issuer : issuer.has_value() || !claim.exists();
}

// The same for aud, which is a string or an array of strings (RFC 7519 section 4.1.3).
bool audience_fits(json::value claim, const jwt_policy& policy) {
  if (!claim.exists()) {
    return policy.audiences.empty();
  }
  const auto single = claim.text();
  const auto audiences = single ? std::optional(std::vector{*single}) : texts_of(claim);
  const auto asked_for = [&](std::string_view audience) {
    return std::ranges::contains(policy.audiences, audience);
  };
  return audiences && (policy.audiences.empty() || std::ranges::any_of(*audiences, asked_for));
}

// Unicode's category Cc: below U+0020, and U+007F to U+009F. The text is valid UTF-8, so that the byte C2 is
// always followed by another and begins U+0080 to U+00BF.
bool has_control_character(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f || (byte == 0xc2 && static_cast<unsigned char>(text[i + 1]) < 0xa0)) {
      return true;
    }
  }
  return false;
}

// sub, if it is fit to stand in a key or a log.
std::optional<std::string> subject_of(json::value claims) {
  const auto text = claims["sub"].text();
  if (!text || text->empty() || text->size() > max_subject_size || has_control_character(*text)) {
    return std::nullopt;
  }
  return std::string{*text};
}

// role, then roles. Nothing if one of them has another type.
std::optional<std::vector<std::string>> roles_of(json::value claims) {
  std::vector<std::string> roles;
  if (claims["role"].exists()) {
    const auto role = claims["role"].text();
    if (!role) {
      return std::nullopt;
    }
    roles.emplace_back(*role);
  }
  if (claims["roles"].exists()) {
    const auto texts = texts_of(claims["roles"]);
    if (!texts) {
      return std::nullopt;
    }
    roles.insert(roles.end(), texts->begin(), texts->end());
  }
  return roles;
}

} // namespace

std::expected<jwt_claims, jwt_error> verify_jwt(std::string_view token, std::span<const jwt_key> keys,
                                                const jwt_policy& policy, std::int64_t now_seconds) {
  const auto parsed = jws::parse(token);
  if (!parsed) {
    return std::unexpected(parsed.error());
  }
  return verify_jwt(*parsed, keys, policy, now_seconds);
}

std::expected<jwt_claims, jwt_error> verify_jwt(const jws& token, std::span<const jwt_key> keys,
                                                const jwt_policy& policy, std::int64_t now_seconds) {
  bool pinned = false;
  bool verified = false;
  for (const jwt_key& key : keys) {
    if (key.algorithm != jws_algorithm::hs256) {
      continue;
    }
    if (key.value.size() < min_hs256_key_size) {
      return std::unexpected(jwt_error::weak_key);
    }
    pinned = true;
    // The loop goes on after a match, so that the time does not tell which key matched.
    verified |= verify_hs256(token, key.value.bytes());
  }
  if (!pinned || token.algorithm != jws_algorithm::hs256) {
    return std::unexpected(jwt_error::algorithm_not_allowed);
  }
  if (!verified) {
    return std::unexpected(jwt_error::signature_mismatch);
  }
  return read_claims(token, policy, now_seconds);
}

std::expected<jwt_claims, jwt_error> read_claims(const jws& verified, const jwt_policy& policy,
                                                 std::int64_t now_seconds) {
  if (!is_access_token(verified.type)) {
    return std::unexpected(jwt_error::wrong_type);
  }
  auto document = json::document::parse(verified.payload);
  if (!document || !document->root().is_object()) {
    return std::unexpected(jwt_error::claims_not_json);
  }
  const json::value claims = document->root();
  if (claims.has_duplicate_names()) {
    return std::unexpected(jwt_error::duplicate_claim_name);
  }
  const auto valid = validity_of(claims, policy, now_seconds);
  if (!valid) {
    return std::unexpected(valid.error());
  }
  if (!issuer_fits(claims["iss"], policy)) {
    return std::unexpected(jwt_error::wrong_issuer);
  }
  if (!audience_fits(claims["aud"], policy)) {
    return std::unexpected(jwt_error::wrong_audience);
  }
  auto subject = policy.needs_subject ? subject_of(claims) : std::string{};
  if (!subject) {
    return std::unexpected(jwt_error::bad_subject);
  }
  auto roles = roles_of(claims);
  if (!roles) {
    return std::unexpected(jwt_error::bad_roles);
  }
  std::optional<std::string> issuer;
  if (const auto text = claims["iss"].text()) {
    issuer = *text;
  }
  return jwt_claims{.subject = *std::move(subject),
                    .roles = *std::move(roles),
                    .issuer = std::move(issuer),
                    .expires_at = valid->expires_at,
                    .issued_at = valid->issued_at,
                    .all = *std::move(document)};
}

std::expected<std::string, jwt_error> sign_hs256(std::string_view claims_json, const secret& key) {
  if (key.size() < min_hs256_key_size) {
    return std::unexpected(jwt_error::weak_key);
  }
  std::string token =
      base64url_encode(R"({"alg":"HS256","typ":"JWT"})") + '.' + base64url_encode(claims_json);
  const sha256_digest tag = hmac_sha256(key.bytes(), token);
  token += '.';
  token += base64url_encode(tag);
  if (token.size() > jws::max_size) {
    return std::unexpected(jwt_error::too_long);
  }
  return token;
}

} // namespace crypto
