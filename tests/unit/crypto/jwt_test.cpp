// crypto::verify_jwt: the claims of a valid token, and RFC 8725's list of invalid ones, one row each.
#include "crypto/base64.h"
#include "crypto/jws.h"
#include "crypto/jwt.h"
#include "crypto/sha256.h"
#include "support/catch.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::int64_t now = 1'800'000'000;
constexpr std::string_view good_header = R"({"alg":"HS256","typ":"JWT"})";
constexpr std::string_view good_claims = R"({"sub":"user-1","exp":1800000060})";

const std::string good_key = "0123456789abcdef0123456789abcdef";
const std::string other_key = "another key of 32 bytes or more.";

crypto::jwt_key hs256(std::string_view bytes) {
  return {.algorithm = crypto::jws_algorithm::hs256, .value = crypto::secret(std::string(bytes))};
}

std::string signed_token(std::string_view header, std::string_view claims, std::string_view key = good_key) {
  const std::string input = crypto::base64url_encode(header) + "." + crypto::base64url_encode(claims);
  return input + "." + crypto::base64url_encode(crypto::hmac_sha256(key, input));
}

std::string outcome(std::string_view token, const crypto::jwt_policy& policy = {}) {
  const std::array keys = {hs256(good_key)};
  const auto claims = crypto::verify_jwt(token, keys, policy, now);
  return std::string(claims ? "accepted" : crypto::name_of(claims.error()));
}

// The result for a token with these members and a valid sub and exp.
std::string with_claims(std::string_view members, const crypto::jwt_policy& policy = {}) {
  return outcome(
      signed_token(good_header, R"({"sub":"user-1","exp":1800000060,)" + std::string(members) + "}"), policy);
}

std::string with_expiry(std::string_view value) {
  return outcome(signed_token(good_header, R"({"sub":"user-1","exp":)" + std::string(value) + "}"));
}

std::string with_subject(std::string_view value) {
  return outcome(signed_token(good_header, R"({"exp":1800000060,"sub":)" + std::string(value) + "}"));
}

} // namespace

TEST_CASE("A valid token returns its claims") {
  const std::array keys = {hs256(good_key)};
  const auto claims = crypto::verify_jwt(
      signed_token(good_header,
                   R"({"iss":"https://id.example","sub":"user-1","aud":["app","other"],"exp":1800000060.9,)"
                   R"("nbf":1799999990,"iat":1799999990,"role":"owner","roles":["admin","videographer"],)"
                   R"("memorial":{"id":"m1"}})"),
      keys, {.issuer = "https://id.example", .audiences = {"app"}}, now);
  REQUIRE(claims);
  CHECK(claims->subject == "user-1");
  CHECK(claims->roles == std::vector<std::string>{"owner", "admin", "videographer"});
  CHECK(claims->issuer == "https://id.example");
  CHECK(claims->expires_at == 1'800'000'060);
  CHECK(claims->issued_at == 1'799'999'990);
  CHECK(claims->all.root()["memorial"]["id"].text() == "m1");
}

TEST_CASE("verify_jwt accepts what sign_hs256 signs") {
  const auto token = crypto::sign_hs256(good_claims, crypto::secret(good_key));
  REQUIRE(token);
  CHECK(outcome(*token) == "accepted");
  CHECK(*token == signed_token(good_header, good_claims));
}

TEST_CASE("A key shorter than 32 bytes neither signs nor verifies") {
  const std::string short_key = good_key.substr(1);
  CHECK(crypto::sign_hs256(good_claims, crypto::secret(short_key)).error() == crypto::jwt_error::weak_key);
  const std::array keys = {hs256(good_key), hs256(short_key)};
  const auto claims = crypto::verify_jwt(signed_token(good_header, good_claims), keys, {}, now);
  REQUIRE_FALSE(claims);
  CHECK(claims.error() == crypto::jwt_error::weak_key);
}

TEST_CASE("A token too long to be accepted is not signed") {
  const std::string long_claims = R"({"sub":")" + std::string(6200, 'x') + "\"}";
  CHECK(crypto::sign_hs256(long_claims, crypto::secret(good_key)).error() == crypto::jwt_error::too_long);
}

TEST_CASE("While a key is rotated, tokens of the old and the new one are accepted, and no others") {
  const std::array before = {hs256(good_key)};
  const std::array during = {hs256(other_key), hs256(good_key)};
  const std::array after = {hs256(other_key)};
  const auto accepted = [](std::string_view key, std::span<const crypto::jwt_key> keys) {
    return crypto::verify_jwt(signed_token(good_header, good_claims, key), keys, {}, now).has_value();
  };
  CHECK(accepted(good_key, before));
  CHECK(accepted(good_key, during));
  CHECK_FALSE(accepted(good_key, after));
  CHECK_FALSE(accepted(other_key, before));
  CHECK(accepted(other_key, during));
  CHECK(accepted(other_key, after));
  CHECK_FALSE(accepted("a third key that was never in use", during));
}

TEST_CASE("A key is used only for its own algorithm, whatever the token says") {
  const std::string public_key =
      "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n-----END PUBLIC KEY-----\n";
  const auto refused = [](std::string_view token, std::span<const crypto::jwt_key> keys) {
    const auto claims = crypto::verify_jwt(token, keys, {}, now);
    return std::string(claims ? "accepted" : crypto::name_of(claims.error()));
  };
  for (const auto algorithm : {crypto::jws_algorithm::rs256, crypto::jws_algorithm::es256}) {
    // The classic attack: the attacker signs with HS256, using the published public key as the secret.
    const std::array pinned = {crypto::jwt_key{.algorithm = algorithm, .value = crypto::secret(public_key)}};
    CHECK(refused(signed_token(good_header, good_claims, public_key), pinned) == "algorithm_not_allowed");
    const std::array mixed = {pinned[0], hs256(good_key)};
    CHECK(refused(signed_token(good_header, good_claims, public_key), mixed) == "signature_mismatch");
    CHECK(refused(signed_token(good_header, good_claims, good_key), mixed) == "accepted");
  }
  const std::array keys = {hs256(good_key)};
  CHECK(refused(signed_token(R"({"alg":"RS256"})", good_claims), keys) == "algorithm_not_allowed");
  CHECK(refused(signed_token(R"({"alg":"ES256"})", good_claims), keys) == "algorithm_not_allowed");
  CHECK(refused(signed_token(good_header, good_claims), {}) == "algorithm_not_allowed");
}

TEST_CASE("Malformed tokens are refused") {
  const std::string good = signed_token(good_header, good_claims);
  REQUIRE(outcome(good) == "accepted");
  struct attack {
    std::string_view rule;
    std::string token;
    std::string_view outcome;
  };
  const std::string unsigned_claims = "." + crypto::base64url_encode(good_claims) + ".";
  const std::vector<attack> attacks = {
      {"no signature", good.substr(0, good.rfind('.') + 1), "signature_mismatch"},
      {"half a signature", good.substr(0, good.size() - 23), "signature_mismatch"},
      {"another key's signature", signed_token(good_header, good_claims, other_key), "signature_mismatch"},
      {"an empty key's signature", signed_token(good_header, good_claims, ""), "signature_mismatch"},
      {"alg none", crypto::base64url_encode(R"({"alg":"none"})") + unsigned_claims, "algorithm_not_allowed"},
      {"alg None", crypto::base64url_encode(R"({"alg":"None"})") + unsigned_claims, "algorithm_not_allowed"},
      {"alg NONE", crypto::base64url_encode(R"({"alg":"NONE"})") + unsigned_claims, "algorithm_not_allowed"},
      {"alg nOnE", crypto::base64url_encode(R"({"alg":"nOnE"})") + unsigned_claims, "algorithm_not_allowed"},
      {"alg none, but signed", signed_token(R"({"alg":"none"})", good_claims), "algorithm_not_allowed"},
      {"alg hs256", signed_token(R"({"alg":"hs256"})", good_claims), "algorithm_not_allowed"},
      {"two dots more", good + "..", "not_three_parts"},
      {"four dots", good + "." + good.substr(0, good.find('.')) + ".", "not_three_parts"},
      {"one dot", good.substr(0, good.rfind('.')), "not_three_parts"},
      {"padding", good + "=", "bad_base64url"},
      {"white space behind", good + " ", "bad_base64url"},
      {"white space before", "\t" + good, "bad_base64url"},
      {"a scheme before", "Bearer " + good, "bad_base64url"},
      {"more than 8 kB", good + std::string(crypto::jws::max_size, 'A'), "too_long"},
      {"header name twice", signed_token(R"({"alg":"HS256","alg":"HS256"})", good_claims),
       "duplicate_header_name"},
      {"crit", signed_token(R"({"alg":"HS256","crit":["x"],"x":1})", good_claims), "critical_header"},
      {"b64 false", signed_token(R"({"alg":"HS256","b64":false})", good_claims), "critical_header"},
      {"header no object", signed_token(R"(["HS256"])", good_claims), "header_not_json"},
      {"kid no string", signed_token(R"({"alg":"HS256","kid":{}})", good_claims), "bad_header"},
      {"another kind of token", signed_token(R"({"alg":"HS256","typ":"logout+jwt"})", good_claims),
       "wrong_type"},
      {"an identity proof", signed_token(R"({"alg":"HS256","typ":"dpop+jwt"})", good_claims), "wrong_type"},
      {"an empty typ", signed_token(R"({"alg":"HS256","typ":""})", good_claims), "wrong_type"},
      {"claim name twice", signed_token(good_header, R"({"sub":"a","exp":1800000060,"sub":"b"})"),
       "duplicate_claim_name"},
      {"claims no object", signed_token(good_header, R"(["sub"])"), "claims_not_json"},
      {"claims empty", signed_token(good_header, ""), "claims_not_json"},
      {"claims not UTF-8", signed_token(good_header, "{\"sub\":\"\xff\",\"exp\":1800000060}"),
       "claims_not_json"},
      {"claims followed by more", signed_token(good_header, std::string(good_claims) + "{}"),
       "claims_not_json"},
      {"claims nested deep",
       signed_token(good_header, R"({"a":)" + std::string(2000, '[') + std::string(2000, ']') + "}"),
       "claims_not_json"},
      {"no claims", signed_token(good_header, "{}"), "bad_expiry"},
  };
  for (const attack& row : attacks) {
    INFO(row.rule);
    CHECK(outcome(row.token) == row.outcome);
  }
}

TEST_CASE("Changing any single character of a token invalidates it") {
  const std::string good = signed_token(good_header, good_claims);
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const char c : {'A', 'B', 'g', '_', '-', '.', '='}) {
      std::string changed = good;
      changed[at] = c;
      INFO(changed);
      CHECK((changed == good || outcome(changed) != "accepted"));
    }
  }
}

TEST_CASE("Keys and URLs in a header are ignored") {
  CHECK(outcome(
            signed_token(R"({"alg":"HS256","jku":"https://evil.example/keys","x5u":"https://evil.example",)"
                         R"("jwk":{"kty":"oct","k":"YW5vdGhlciBrZXkgb2YgMzIgYnl0ZXMgb3IgbW9yZS4"},"x5c":[]})",
                         good_claims, other_key)) == "signature_mismatch");
}

TEST_CASE("typ is absent, JWT or at+jwt, in any case") {
  for (const std::string_view header :
       {R"({"alg":"HS256"})", R"({"alg":"HS256","typ":"JWT"})", R"({"alg":"HS256","typ":"jwt"})",
        R"({"alg":"HS256","typ":"at+jwt"})", R"({"alg":"HS256","typ":"AT+JWT"})"}) {
    INFO(header);
    CHECK(outcome(signed_token(header, good_claims)) == "accepted");
  }
}

TEST_CASE("exp is required, is a numeric time, and ends the token at that second") {
  CHECK(with_expiry("1800000001") == "accepted");
  CHECK(with_expiry("1.800000001e9") == "accepted");
  CHECK(with_expiry("1800000000") == "expired");
  CHECK(with_expiry("1799999999.9") == "expired");
  CHECK(with_expiry("0") == "expired");
  for (const std::string_view value :
       {"\"1800000060\"", "null", "true", "[1800000060]", "{}", "-1", "-1800000060", "1e308", "1e19",
        "253402300800", "18446744073709551615"}) {
    INFO(value);
    CHECK(with_expiry(value) == "bad_expiry");
  }
  CHECK(with_expiry("1e400") == "bad_expiry");
  CHECK(with_expiry("NaN") == "claims_not_json");
  CHECK(with_expiry("0x6b49d200") == "claims_not_json");
  CHECK(with_expiry("253402300799") == "accepted");
}

TEST_CASE("nbf and iat may be at most a minute ahead of our clock") {
  CHECK(with_claims(R"("nbf":1800000060)") == "accepted");
  CHECK(with_claims(R"("nbf":1800000061)") == "not_yet_valid");
  CHECK(with_claims(R"("iat":1800000060)") == "accepted");
  CHECK(with_claims(R"("iat":1800000061)") == "issued_in_future");
  CHECK(with_claims(R"("iat":0,"nbf":0)") == "accepted");
  CHECK(with_claims(R"("nbf":1800000001)", {.leeway_seconds = 0}) == "not_yet_valid");
  for (const std::string_view value : {"\"0\"", "null", "-1", "1e308", "[]"}) {
    INFO(value);
    CHECK(with_claims(R"("nbf":)" + std::string(value)) == "bad_time");
    CHECK(with_claims(R"("iat":)" + std::string(value)) == "bad_time");
  }
}

TEST_CASE("iss must be the expected issuer") {
  const crypto::jwt_policy policy = {.issuer = "https://id.example"};
  CHECK(with_claims(R"("iss":"https://id.example")", policy) == "accepted");
  CHECK(with_claims(R"("iss":"https:\/\/id.example")", policy) == "accepted");
  CHECK(with_claims(R"("iss":"https://id.example/")", policy) == "wrong_issuer");
  CHECK(with_claims(R"("iss":"https://ID.example")", policy) == "wrong_issuer");
  CHECK(with_claims(R"("iss":["https://id.example"])", policy) == "wrong_issuer");
  CHECK(with_claims(R"("iss":null)", policy) == "wrong_issuer");
  CHECK(with_claims(R"("x":1)", policy) == "wrong_issuer");
  CHECK(with_claims(R"("iss":"anybody")") == "accepted");
  CHECK(with_claims(R"("iss":7)") == "wrong_issuer");
}

TEST_CASE("aud must be or contain the expected audience") {
  const crypto::jwt_policy policy = {.audiences = {"app"}};
  CHECK(with_claims(R"("aud":"app")", policy) == "accepted");
  CHECK(with_claims(R"("aud":["other","app"])", policy) == "accepted");
  CHECK(with_claims(R"("aud":["other"])", policy) == "wrong_audience");
  CHECK(with_claims(R"("aud":[])", policy) == "wrong_audience");
  CHECK(with_claims(R"("aud":"application")", policy) == "wrong_audience");
  CHECK(with_claims(R"("aud":"App")", policy) == "wrong_audience");
  CHECK(with_claims(R"("aud":["app",7])", policy) == "wrong_audience");
  CHECK(with_claims(R"("aud":{"app":true})", policy) == "wrong_audience");
  CHECK(with_claims(R"("aud":null)", policy) == "wrong_audience");
  CHECK(with_claims(R"("x":1)", policy) == "wrong_audience");
  CHECK(with_claims(R"("aud":"anything")") == "accepted");
  CHECK(with_claims(R"("aud":["other","app"])", {.audiences = {"web", "app"}}) == "accepted");
  CHECK(with_claims(R"("aud":"web")", {.audiences = {"web", "app"}}) == "accepted");
  CHECK(with_claims(R"("aud":"web app")", {.audiences = {"web", "app"}}) == "wrong_audience");
  CHECK(with_claims(R"("aud":7)") == "wrong_audience");
}

TEST_CASE("sub is required, has 1 to 255 bytes and no control character") {
  CHECK(with_subject("\"" + std::string(255, 'x') + "\"") == "accepted");
  CHECK(with_subject("\"" + std::string(256, 'x') + "\"") == "bad_subject");
  CHECK(with_subject("\"\xc3\xa9\xc2\xa0\"") == "accepted"); // e acute and a no-break space, U+00A0
  for (const std::string_view value : {R"("")", "7", "null", R"(["user-1"])", R"("a\u0000b")", R"("a\nb")",
                                       R"("\u007f")", R"("\u0080")", R"("a\u009f")", "\"\xc2\x85\""}) {
    INFO(value);
    CHECK(with_subject(value) == "bad_subject");
  }
  CHECK(outcome(signed_token(good_header, R"({"exp":1800000060})")) == "bad_subject");
}

TEST_CASE("Roles are a string, an array of strings or absent; anything else is refused") {
  CHECK(with_claims(R"("roles":[])") == "accepted");
  CHECK(with_claims(R"("role":"admin")") == "accepted");
  CHECK(with_claims(R"("roles":"admin")") == "bad_roles");
  CHECK(with_claims(R"("roles":["admin",1])") == "bad_roles");
  CHECK(with_claims(R"("roles":{"admin":true})") == "bad_roles");
  CHECK(with_claims(R"("roles":null)") == "bad_roles");
  CHECK(with_claims(R"("role":["admin"])") == "bad_roles");
}

TEST_CASE("Claims whose signature the host verified must follow the same rules") {
  const auto outcome_of = [](std::string_view header, std::string_view claims, std::int64_t at) {
    const std::string token = signed_token(header, claims);
    const auto read = crypto::read_claims(crypto::jws::parse(token).value(), {}, at);
    return std::string(read ? std::string_view(read->subject) : crypto::name_of(read.error()));
  };
  CHECK(outcome_of(R"({"alg":"RS256"})", good_claims, now) == "user-1");
  CHECK(outcome_of(R"({"alg":"RS256"})", good_claims, now + 60) == "expired");
  CHECK(outcome_of(R"({"alg":"ES256"})", "{}", now) == "bad_expiry");
  CHECK(outcome_of(R"({"alg":"ES256","typ":"logout+jwt"})", good_claims, now) == "wrong_type");
}
