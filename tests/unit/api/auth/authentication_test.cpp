// api::authenticate: who is admitted; the refusal never says why.
#include "api/auth/authentication.h"
#include "crypto/jwt.h"
#include "json/writer.h"
#include "support/catch.h"
#include "support/scripted_host.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

namespace {

const std::string secret = "0123456789abcdef0123456789abcdef";
const std::string older_secret = "fedcba9876543210fedcba9876543210";

edge::environment settings(const std::string& secrets = secret) {
  edge::environment all;
  all.set("AUTH_HS256_SECRETS", secrets);
  all.set("AUTH_ISSUER", "https://id.example/");
  all.set("AUTH_AUDIENCE", "whip-mux");
  return all;
}

json::object claims() {
  const auto now = std::chrono::floor<std::chrono::seconds>(support::scripted_host::start.time_since_epoch());
  return json::object()
      .set("sub", "ada")
      .set("iss", "https://id.example/")
      .set("aud", "whip-mux")
      .set("exp", static_cast<std::int64_t>(now.count()) + 60);
}

std::string token(const json::object& of, const std::string& key = secret) {
  return crypto::sign_hs256(of.dump(), crypto::secret{key}).value_or("");
}

edge::result<api::caller> ask(edge::headers fields, edge::environment with = settings(),
                              const std::string& method = "GET") {
  support::scripted_host world{std::move(with)};
  edge::context request{
      .host = world.host(),
      .request = {.method = method, .url = "https://a.example/", .headers = std::move(fields)}};
  return world.run(api::authenticate(request));
}

// What a page of that origin, or one that names none, is answered when it lets its visitor's browser ask.
int status_for_page(const std::string& origin, const std::string& method, edge::headers more = {}) {
  edge::environment with = settings();
  with.set("AUTH_COOKIE", "session");
  with.set("ALLOWED_ORIGINS", "https://app.example");
  more.add("cookie", "session=" + token(claims()));
  if (!origin.empty()) {
    more.add("origin", origin);
  }
  const auto user = ask(std::move(more), std::move(with), method);
  return user ? 200 : user.error().status;
}

} // namespace

TEST_CASE("The bearer of a valid token is its subject") {
  for (const char* scheme : {"Bearer ", "bearer ", "BEARER "}) {
    const auto user = ask({{"Authorization", scheme + token(claims())}});
    REQUIRE(user);
    CHECK(user->subject == "ada");
    CHECK_FALSE(user->admin);
  }
}

TEST_CASE("Only the role admin makes an admin") {
  auto is_admin = [](const char* role) {
    const auto user =
        ask({{"authorization", "Bearer " + token(claims().set("roles", json::array().add(role)))}});
    return user && user->admin;
  };
  CHECK(is_admin("admin"));
  CHECK_FALSE(is_admin("Admin"));
  CHECK_FALSE(is_admin("administrator"));
}

TEST_CASE("While a secret is rotated, tokens of both are accepted") {
  const std::string both = secret + ' ' + older_secret;
  for (const std::string& key : {secret, older_secret}) {
    CHECK(ask({{"authorization", "Bearer " + token(claims(), key)}}, settings(both)));
  }
  CHECK_FALSE(ask({{"authorization", "Bearer " + token(claims(), older_secret)}}));
}

TEST_CASE(
    "With the cookie of its visitor, only a page that is allowed may change anything or open a socket") {
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    CHECK(status_for_page("https://app.example", method) == 200);
    for (const char* other : {"https://evil.example", "null", ""}) {
      CHECK(status_for_page(other, method) == 403);
    }
  }
  const edge::headers upgrade{{"Upgrade", "websocket"}};
  CHECK(status_for_page("https://app.example", "GET", upgrade) == 200);
  for (const char* other : {"https://evil.example", "null", ""}) {
    CHECK(status_for_page(other, "GET", upgrade) == 403);
  }
}

TEST_CASE("Any page may let its visitor's browser read, because it is not told the answer") {
  for (const char* method : {"GET", "HEAD"}) {
    CHECK(status_for_page("https://evil.example", method) == 200);
    CHECK(status_for_page("", method) == 200);
  }
}

TEST_CASE("With the header Authorization, the cookie does not count") {
  const std::string other = "Bearer " + token(claims(), older_secret);
  CHECK(status_for_page("https://app.example", "POST", {{"authorization", other}}) == 401);
  CHECK(status_for_page("https://app.example", "POST", {{"authorization", "Basic YTpi"}}) == 401);
  CHECK(status_for_page("https://evil.example", "POST", {{"authorization", "Bearer " + token(claims())}}) ==
        200);
}

TEST_CASE("Without a token, a 401 says how to send one") {
  for (const edge::headers& fields :
       {edge::headers{}, edge::headers{{"authorization", ""}}, edge::headers{{"authorization", "Basic YTpi"}},
        edge::headers{{"authorization", "Bearer"}}}) {
    const auto user = ask(fields);
    REQUIRE_FALSE(user);
    CHECK(user.error().status == 401);
    CHECK(user.error().headers.find("www-authenticate") == "Bearer");
  }
}

TEST_CASE("Whatever is wrong with a token, the answer is the same") {
  const auto expired = ask({{"authorization", "Bearer " + token(claims().set("exp", 1))}});
  REQUIRE_FALSE(expired);
  for (const std::string& other :
       {token(claims().set("aud", "other")), token(claims().set("iss", "other")),
        token(claims(), older_secret), std::string{"garbage"}, token(claims()) + "x", std::string{}}) {
    const auto user = ask({{"authorization", "Bearer " + other}});
    REQUIRE_FALSE(user);
    CHECK(user.error().status == 401);
    CHECK(user.error().detail == expired.error().detail);
    CHECK(user.error().headers.find("www-authenticate") == "Bearer error=\"invalid_token\"");
  }
}

TEST_CASE("A deployment that cannot check tokens admits no one, and names what is missing") {
  for (const std::string& secrets : {std::string{}, std::string{"short"}, secret + ",short"}) {
    const auto user = ask({{"authorization", "Bearer " + token(claims())}}, settings(secrets));
    REQUIRE_FALSE(user);
    CHECK(user.error().status == 503);
    CHECK(user.error().detail.contains("AUTH_HS256_SECRETS"));
    CHECK_FALSE(user.error().detail.contains("short"));
  }
  CHECK(api::missing_authentication_settings({}).size() == 3);
}
