// api::verify_with_key_set: its requests to the host, its results, and the URLs it accepts.
#include "api/auth/issuer_keys.h"
#include "support/catch.h"
#include "support/scripted_host.h"

#include <string>

namespace {

using edge::operation::verify;

constexpr const char* url = "https://id.example/keys";
// {"alg":"ES256","kid":"k"} . {} . 64 bytes
const std::string unchecked = "eyJhbGciOiJFUzI1NiIsImtpZCI6ImsifQ.e30." + std::string(86, 'A');

std::string set_with(const std::string& members) {
  const std::string number(43, 'A');
  return R"({"keys":[{"kty":"EC","crv":"P-256","x":")" + number + R"(","y":")" + number + '"' + members +
         "}]}";
}

edge::result<bool> outcome(support::scripted_host& world, const std::string& text = unchecked) {
  const auto parsed = crypto::jws::parse(text);
  REQUIRE(parsed);
  return world.run(api::verify_with_key_set(world.host(), url, *parsed));
}

} // namespace

TEST_CASE("The host checks the signature with the key that the token names") {
  support::scripted_host world;
  world.answers(200, set_with(R"(,"kid":"k","use":"sig")"));
  world.next<verify>(true);
  CHECK(outcome(world) == true);
  const auto call = world.asked<edge::operation::fetch>().at(0);
  CHECK(call.url == url);
  CHECK(call.cache == std::chrono::seconds{300});
  const auto check = world.asked<verify>().at(0);
  CHECK(check.algorithm == R"({"name":"ECDSA","namedCurve":"P-256","hash":"SHA-256"})");
  CHECK(check.data == unchecked.substr(0, unchecked.rfind('.')));
  CHECK(check.signature == std::string(64, '\0'));
}

TEST_CASE("An invalid signature, or a key that the host refuses, is a no") {
  for (const edge::outcome_of<verify>& checked :
       {edge::outcome_of<verify>(false),
        edge::outcome_of<verify>(std::unexpected(edge::error{.kind = edge::error_kind::unavailable}))}) {
    support::scripted_host world;
    world.answers(200, set_with(R"(,"kid":"k")"));
    world.next<verify>(checked);
    CHECK(outcome(world) == false);
  }
}

TEST_CASE("An unknown key, or a signature of the wrong length, is a no after one fetch and without a check") {
  support::scripted_host world;
  world.answers(200, set_with(R"(,"kid":"other")"));
  CHECK(outcome(world) == false);
  world.answers(200, set_with(R"(,"kid":"k")"));
  CHECK(outcome(world, unchecked.substr(0, unchecked.size() - 4)) == false);
  CHECK(world.asked().size() == 2);
}

TEST_CASE("Keys that cannot be fetched are a problem of the deployment, not of the token") {
  const auto refusal = [](support::scripted_host& world) {
    const auto given = outcome(world);
    return given ? "an answer" : std::to_string(given.error().status) + ' ' + std::string{given.error().type};
  };
  for (const int status : {500, 404, 302, 429}) {
    support::scripted_host world;
    world.answers(status, set_with(""));
    CHECK(refusal(world) == "503 issuer-unavailable");
  }
  for (const char* body : {"", "<html>", "[]", "{}", R"({"keys":{}})"}) {
    support::scripted_host world;
    world.answers(200, body);
    CHECK(refusal(world) == "503 issuer-unavailable");
  }
  for (const auto kind :
       {edge::error_kind::timeout, edge::error_kind::network, edge::error_kind::too_large}) {
    support::scripted_host world;
    world.fails(kind);
    CHECK(refusal(world) == "503 issuer-unavailable");
  }
}

TEST_CASE("Keys are fetched over https, or from this machine") {
  for (const char* good : {"https://id.example/.well-known/jwks.json", "https://id.example:8443/keys?x=1",
                           "http://127.0.0.1:8080/keys", "http://localhost/keys"}) {
    INFO(good);
    CHECK(api::is_key_set_url(good));
  }
  for (const char* bad :
       {"", "keys", "https://", "https:///keys", "http://id.example/keys", "ftp://id.example/keys",
        "http://localhost.evil.example/keys", "http://127.0.0.1@evil.example/",
        "http://localhost:80@evil.example/", "http://localhost\\@evil.example/", "file:///etc/passwd",
        "HTTP://id.example/keys"}) {
    INFO(bad);
    CHECK_FALSE(api::is_key_set_url(bad));
  }
}
