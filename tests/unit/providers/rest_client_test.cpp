// providers::rest_client: the request that a call becomes, and what its answer means. The tests of mux::api
// and cloudflare::api show the same with each provider's words.
#include "providers/rest_client.h"
#include "support/catch.h"
#include "support/scripted_host.h"

#include <string>
#include <string_view>

namespace {

using edge::error_kind;
using edge::operation::fetch;

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

void explain(std::string_view body, edge::error& refusal) { refusal.code = static_cast<int>(body.size()); }

edge::status check(std::string_view step, const json::value& answer) {
  if (answer["fine"].boolean() == true) {
    return {};
  }
  return std::unexpected(answer["fine"].boolean() == false ? providers::refused(step, "it says so")
                                                           : providers::malformed(step));
}

constexpr providers::dialect plain{.is_id = is_number};
constexpr providers::dialect careful{.is_id = is_number, .explain = explain, .check = check};

const providers::call simple{.label = "test-read", .step = "read the thing", .path = "/things", .id = "7"};

providers::rest_client client(support::scripted_host& world, const providers::dialect& of = plain) {
  return {world.host(), world.soon(), of, "https://api.example/v1", {{"Authorization", "Bearer t"}}};
}

edge::status carried_out(const providers::dialect& of, int status, std::string body,
                         std::optional<error_kind> done = std::nullopt) {
  support::scripted_host world;
  world.answers(status, std::move(body));
  return world.run(client(world, of).carry_out(simple, done));
}

edge::outcome<json::document> asked(const providers::dialect& of, int status, std::string body) {
  support::scripted_host world;
  world.answers(status, std::move(body));
  return world.run(client(world, of).ask(simple));
}

} // namespace

TEST_CASE("Half of a surrogate pair in an answer spoils nothing else") {
  const auto answer = asked(plain, 200, R"({"name":"\ud83d","id":7})");
  REQUIRE(answer);
  CHECK(answer->root()["id"].integer() == 7);
}

TEST_CASE("A call becomes a request with each part of its address in order") {
  support::scripted_host world;
  world.answers(200, "{}");
  REQUIRE(world.run(client(world).ask({.label = "test-write",
                                       .step = "write the thing",
                                       .method = "PUT",
                                       .path = "/things",
                                       .id = "7",
                                       .rest = "/parts",
                                       .second_id = "8",
                                       .query = "?a=b",
                                       .body = "{}",
                                       .idempotency_key = "key",
                                       .limit = 99})));
  const fetch request = world.asked<fetch>().at(0);
  CHECK(request.method == "PUT");
  CHECK(request.url == "https://api.example/v1/things/7/parts/8?a=b");
  CHECK(request.headers.find("authorization") == "Bearer t");
  CHECK(request.headers.find("accept") == "application/json");
  CHECK(request.headers.find("content-type") == "application/json");
  CHECK(request.headers.find("idempotency-key") == "key");
  CHECK(request.body == "{}");
  CHECK(request.body_limit == 99);
  CHECK(request.timeout == providers::rest_client::call_timeout);
}

TEST_CASE("A call without a body has no header for one") {
  support::scripted_host world;
  world.answers(200, "{}");
  REQUIRE(world.run(client(world).ask(simple)));
  const fetch request = world.asked<fetch>().at(0);
  CHECK(request.method == "GET");
  CHECK(request.url == "https://api.example/v1/things/7");
  CHECK_FALSE(request.headers.find("content-type"));
  CHECK_FALSE(request.headers.find("idempotency-key"));
}

TEST_CASE("Nothing is sent with a malformed id or for a refused call") {
  support::scripted_host world;
  providers::call call = simple;
  call.second_id = "../8";
  const auto malformed = world.run(client(world).ask(call));
  REQUIRE_FALSE(malformed);
  CHECK(malformed.error().kind == error_kind::rejected);
  CHECK(describe(malformed.error()) == "read the thing: the id is malformed");
  call = simple;
  call.refused_because = "it is not wanted";
  const auto refused = world.run(client(world).carry_out(call));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == error_kind::rejected);
  CHECK(describe(refused.error()) == "read the thing: it is not wanted");
  CHECK(world.asked().empty());
}

TEST_CASE("An answer is JSON that the provider's check accepts") {
  CHECK(asked(plain, 200, R"({"fine":false})"));
  CHECK(asked(plain, 200, "").error().kind == error_kind::malformed);
  CHECK(asked(careful, 200, R"({"fine":true})"));
  CHECK(asked(careful, 200, R"({"fine":false})").error().kind == error_kind::rejected);
  CHECK(asked(careful, 200, "{}").error().kind == error_kind::malformed);
}

TEST_CASE("The provider's explanation completes the error of a refusal") {
  CHECK(asked(plain, 404, "four").error().code == 0);
  CHECK(asked(careful, 404, "four").error().kind == error_kind::not_found);
  CHECK(asked(careful, 404, "four").error().code == 4);
}

TEST_CASE("A command succeeds with any body that does not report a failure") {
  for (const std::string_view body : {"", "{}", "<html>", R"({"fine":true})"}) {
    INFO(body);
    CHECK(carried_out(careful, 200, std::string{body}));
  }
  CHECK(carried_out(plain, 204, ""));
  CHECK(carried_out(careful, 200, R"({"fine":false})").error().kind == error_kind::rejected);
}

TEST_CASE("A command also succeeds if the provider answers that it was done before") {
  CHECK(carried_out(plain, 404, "", error_kind::not_found));
  CHECK(carried_out(plain, 404, "").error().kind == error_kind::not_found);
  CHECK(carried_out(plain, 400, "", error_kind::not_found).error().kind == error_kind::rejected);
  support::scripted_host world;
  world.fails(error_kind::not_found);
  CHECK_FALSE(world.run(client(world).carry_out(simple, error_kind::not_found)));
}

TEST_CASE("An answer that is too long is said to be so, unless the call may have taken effect") {
  for (const std::string_view method : {"GET", "POST"}) {
    support::scripted_host world;
    world.fails(error_kind::too_large);
    providers::call call = simple;
    call.method = method;
    const auto answer = world.run(client(world).ask(call));
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == (method == "GET" ? error_kind::too_large : error_kind::malformed));
    CHECK(describe(answer.error()) == "read the thing");
  }
}
