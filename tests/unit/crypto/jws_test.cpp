// crypto::jws: the example of RFC 7515 appendix A.1, and refusals before any key is used.
#include "crypto/base64.h"
#include "crypto/jws.h"
#include "crypto/sha256.h"
#include "support/catch.h"

#include <string>
#include <string_view>

namespace {

// RFC 7515 appendix A.1.1.
constexpr std::string_view example =
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr std::string_view example_key =
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";

std::string parsing_of(std::string_view token) {
  const auto parsed = crypto::jws::parse(token);
  return std::string(parsed ? "accepted" : crypto::name_of(parsed.error()));
}

std::string with_header(std::string_view header) { return crypto::base64url_encode(header) + ".e30.AAAA"; }

} // namespace

TEST_CASE("The HS256 example of RFC 7515 appendix A.1 verifies with its key and no other") {
  const auto token = crypto::jws::parse(example);
  REQUIRE(token);
  CHECK(token->algorithm == crypto::jws_algorithm::hs256);
  CHECK(token->type == "JWT");
  CHECK_FALSE(token->kid);
  CHECK(token->payload ==
        "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}");
  CHECK(token->signing_input == example.substr(0, example.rfind('.')));
  std::string key = crypto::base64url_decode(example_key).value_or("");
  CHECK(crypto::verify_hs256(*token, key));
  key.back() = static_cast<char>(key.back() ^ 1);
  CHECK_FALSE(crypto::verify_hs256(*token, key));
  CHECK_FALSE(crypto::verify_hs256(*token, ""));
}

TEST_CASE("A token that the host verifies is split into its parts") {
  const std::string text =
      crypto::base64url_encode(R"({"alg":"ES256","kid":"k1","typ":"at+jwt","jku":"https://evil"})") + "." +
      crypto::base64url_encode("{}") + "." + crypto::base64url_encode(std::string(64, 'r'));
  const auto token = crypto::jws::parse(text);
  REQUIRE(token);
  CHECK(token->algorithm == crypto::jws_algorithm::es256);
  CHECK(token->kid == "k1");
  CHECK(token->type == "at+jwt");
  CHECK(token->signature == std::string(64, 'r'));
  CHECK_FALSE(crypto::verify_hs256(*token, "any key"));
  CHECK(parsing_of(with_header(R"({"alg":"RS256"})")) == "accepted");
}

TEST_CASE("A token of another algorithm is not verified as HS256, even with a valid HS256 tag") {
  const std::string input = crypto::base64url_encode(R"({"alg":"RS256"})") + ".e30";
  const std::string text = input + "." + crypto::base64url_encode(crypto::hmac_sha256("key", input));
  const auto token = crypto::jws::parse(text);
  REQUIRE(token);
  CHECK_FALSE(crypto::verify_hs256(*token, "key"));
}

TEST_CASE("A token has exactly three parts in canonical base64url") {
  const std::string head = crypto::base64url_encode(R"({"alg":"HS256"})");
  CHECK(parsing_of(head + ".e30.AAAA") == "accepted");
  CHECK(parsing_of(head + ".e30.") == "accepted"); // an empty signature is well-formed and matches no key
  CHECK(parsing_of("") == "not_three_parts");
  CHECK(parsing_of(".") == "not_three_parts");
  CHECK(parsing_of(head + ".e30") == "not_three_parts");
  CHECK(parsing_of(head + ".e30.AAAA.") == "not_three_parts");
  CHECK(parsing_of(head + ".e30.AAAA.AAAA.AAAA") == "not_three_parts");
  CHECK(parsing_of(head + ".e30.AAA=") == "bad_base64url");
  CHECK(parsing_of(head + "=.e30.AAAA") == "bad_base64url");
  CHECK(parsing_of(head + ".e30 .AAAA") == "bad_base64url");
  CHECK(parsing_of(" " + head + ".e30.AAAA") == "bad_base64url");
  CHECK(parsing_of(head + ".e30.AAAA\n") == "bad_base64url");
  CHECK(parsing_of(head + ".e31.AAAA") == "bad_base64url"); // "e30" with an unused bit set
  CHECK(parsing_of(head + ".e30.AA+/") == "bad_base64url");
  CHECK(parsing_of("..") == "header_not_json");
}

TEST_CASE("A token over the length limit is refused unread; one at the limit is read") {
  CHECK(parsing_of(std::string(crypto::jws::max_size, '.')) == "not_three_parts");
  CHECK(parsing_of(std::string(crypto::jws::max_size + 1, '.')) == "too_long");
}

TEST_CASE("A header is one JSON object in UTF-8 without duplicate names") {
  CHECK(parsing_of(with_header("")) == "header_not_json");
  CHECK(parsing_of(with_header("[]")) == "header_not_json");
  CHECK(parsing_of(with_header("\"HS256\"")) == "header_not_json");
  CHECK(parsing_of(with_header("null")) == "header_not_json");
  CHECK(parsing_of(with_header(R"({"alg":"HS256"}})")) == "header_not_json");
  CHECK(parsing_of(with_header(R"({"alg":"HS256"}{})")) == "header_not_json");
  CHECK(parsing_of(with_header(std::string_view("{\"alg\":\"HS256\"}\0", 16))) == "header_not_json");
  CHECK(parsing_of(with_header("{\"alg\":\"HS256\",\"x\":\"\xff\"}")) == "header_not_json");
  CHECK(parsing_of(with_header(R"({"alg":"HS256","alg":"HS256"})")) == "duplicate_header_name");
  CHECK(parsing_of(with_header(R"({"alg":"HS256","\u0061lg":"none"})")) == "duplicate_header_name");
}

TEST_CASE("A header's alg is a string with the exact name of a known algorithm") {
  CHECK(parsing_of(with_header("{}")) == "bad_header");
  CHECK(parsing_of(with_header(R"({"alg":null})")) == "bad_header");
  CHECK(parsing_of(with_header(R"({"alg":["HS256"]})")) == "bad_header");
  CHECK(parsing_of(with_header(R"({"ALG":"HS256"})")) == "bad_header");
  CHECK(parsing_of(with_header(R"({"alg":"HS256","kid":7})")) == "bad_header");
  CHECK(parsing_of(with_header(R"({"alg":"HS256","typ":null})")) == "bad_header");
  for (const std::string_view name :
       {"none",  "None",   "NONE",   "nOnE",  "non\\u0065", " none",       "none ",
        "",      "HS256 ", "hs256",  "Hs256", "HS384",      "HS512",       "RS512",
        "PS256", "ES384",  "ES256K", "EdDSA", "A128KW",     "HS256\\u0000"}) {
    INFO(name);
    CHECK(parsing_of(with_header(R"({"alg":")" + std::string(name) + "\"}")) == "algorithm_not_allowed");
  }
}

TEST_CASE("A header with crit or b64 is refused, whatever its value") {
  CHECK(parsing_of(with_header(R"({"alg":"HS256","crit":["exp"],"exp":1})")) == "critical_header");
  CHECK(parsing_of(with_header(R"({"alg":"HS256","crit":[]})")) == "critical_header");
  CHECK(parsing_of(with_header(R"({"alg":"HS256","crit":null})")) == "critical_header");
  CHECK(parsing_of(with_header(R"({"alg":"HS256","b64":false,"crit":["b64"]})")) == "critical_header");
  CHECK(parsing_of(with_header(R"({"alg":"HS256","b64":false})")) == "critical_header");
  CHECK(parsing_of(with_header(R"({"alg":"HS256","b64":true})")) == "critical_header");
  CHECK(parsing_of(with_header(R"({"alg":"none","crit":["x"]})")) == "critical_header");
}
