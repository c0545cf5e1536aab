#include "access_token.h"
#include "crypto/jwt.h"
#include "support/catch.h"

using namespace relay;

namespace {

constexpr std::int64_t now = 1'800'000'000;
const crypto::secret key{"a-secret-that-the-relay-and-the-worker-share"};

std::string claims(const std::string& changed = {}) {
  return R"({"iss":"whip-mux","aud":"relay","sub":"one","scope":"publish","iat":1800000000,"exp":1800000300)" +
         changed + "}";
}

// The status of the refusal for these claims, or 0.
int status_of(const std::string& json, std::optional<std::int64_t> at = now,
              const crypto::secret& signed_with = key) {
  edge::request from{.method = "POST", .url = "http://relay/whip/one", .headers = {}};
  from.headers.add("Authorization", "Bearer " + crypto::sign_hs256(json, signed_with).value());
  auto access = check_access(from, "one", "publish", key, at);
  return access ? 0 : access.error().status;
}

} // namespace

TEST_CASE("Admits the bearer of the Worker's token for the stream") { CHECK(status_of(claims()) == 0); }

TEST_CASE("Accepts a token until it expires, with 30 seconds of clock difference") {
  CHECK(status_of(claims(), now + 299) == 0);
  CHECK(status_of(claims(), now + 300) == 401);
  CHECK(status_of(claims(), now - 30) == 0);
  CHECK(status_of(claims(), now - 31) == 401);
}

TEST_CASE("In a session, a token may have expired, but is checked otherwise") {
  CHECK(status_of(claims(), std::nullopt) == 0);
  CHECK(status_of(R"({"iss":"whip-mux","aud":"relay","sub":"one","scope":"publish","iat":1,"exp":2})",
                  std::nullopt) == 0);
  CHECK(status_of(claims(), std::nullopt, crypto::secret{"another-secret-of-more-than-32-bytes"}) == 401);
  CHECK(status_of(R"({"iss":"whip-mux","aud":"api","sub":"one","scope":"publish","exp":2})", std::nullopt) ==
        401);
  CHECK(status_of(R"({"iss":"other","aud":"relay","sub":"one","scope":"publish","exp":2})", std::nullopt) ==
        401);
  CHECK(status_of(R"({"iss":"whip-mux","aud":"relay","sub":"two","scope":"publish","exp":2})",
                  std::nullopt) == 403);
  CHECK(status_of(R"({"iss":"whip-mux","aud":"relay","sub":"one","scope":"watch","exp":2})", std::nullopt) ==
        403);
}

TEST_CASE("Refuses a token that someone else signed") {
  CHECK(status_of(claims(), now, crypto::secret{"another-secret-of-more-than-32-bytes"}) == 401);
  CHECK(status_of(R"({"iss":"other","aud":"relay","sub":"one","scope":"publish","exp":1800000300})") == 401);
  CHECK(status_of(R"({"iss":"whip-mux","aud":"api","sub":"one","scope":"publish","exp":1800000300})") == 401);
  CHECK(status_of(R"({"iss":"whip-mux","aud":"relay","sub":"one","scope":"publish"})") == 401);
}

TEST_CASE("Refuses to publish with a token for another stream, or for watching only") {
  CHECK(status_of(R"({"iss":"whip-mux","aud":"relay","sub":"two","scope":"publish","exp":1800000300})") ==
        403);
  CHECK(status_of(R"({"iss":"whip-mux","aud":"relay","sub":"one","scope":"watch","exp":1800000300})") == 403);
  CHECK(status_of(R"({"iss":"whip-mux","aud":"relay","sub":"one","exp":1800000300})") == 403);
}

TEST_CASE("Only a token of its own scope closes a session, and it tells when the order was given") {
  const auto order = [](const std::string& scope, std::int64_t at) {
    const std::string json =
        R"({"iss":"whip-mux","aud":"relay","sub":"one","iat":1799999000,"exp":1800000060,"scope":")" + scope +
        "\"}";
    edge::request from{.method = "DELETE", .url = "http://relay/whip/one", .headers = {}};
    from.headers.add("Authorization", "Bearer " + crypto::sign_hs256(json, key).value());
    return check_access(from, "one", "close", key, at);
  };
  CHECK(order("close", now).value() == 1'799'999'000);
  CHECK(order("close", now + 60).error().status == 401);
  CHECK(order("publish", now).error().status == 403);
  CHECK(order("watch", now).error().status == 403);
}

TEST_CASE("Answers 401 without a token and says what to send") {
  for (const char* header : {"", "Bearer", "Bearer ", "Basic b25lOnR3bw==", "Bearer not-a-token"}) {
    CAPTURE(header);
    edge::request from{
        .method = "POST", .url = "http://relay/whip/one", .headers = {{"authorization", header}}};
    auto access = check_access(from, "one", "publish", key, now);
    REQUIRE_FALSE(access);
    CHECK(access.error().status == 401);
    CHECK(access.error().headers.find("www-authenticate").value().starts_with("Bearer"));
  }
}
