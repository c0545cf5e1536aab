// edge::serve and edge::read_body: what every response carries, and what is logged.
#include "edge/http/serve.h"
#include "json/reader.h"
#include "support/catch.h"
#include "support/scripted_host.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;

edge::task<edge::result<>> greet(edge::context& request) {
  co_return edge::response{.status = 200, .headers = {}, .body = "hello " + request.parameters.front()};
}

edge::task<edge::result<>> cached(edge::context&) {
  co_return edge::response{.status = 200, .headers = {{"Cache-Control", "max-age=60"}}, .body = "hello"};
}

edge::task<edge::result<>> refuse(edge::context&) {
  co_return std::unexpected(edge::problem{.status = 409, .type = "busy", .title = "t", .detail = "d"});
}

edge::task<edge::result<>> call_out(edge::context& request) {
  (void)co_await attempt(request.host.fetch(
      "step", {.method = "GET", .url = "https://a.example/", .headers = {}, .body = "", .timeout = 1s},
      request.host.now() + 10s));
  co_return edge::response{};
}

edge::task<edge::result<>> echo(edge::context& request) {
  std::string body = co_await edge::read_body(request, 10);
  co_return edge::response{.status = 200, .headers = {}, .body = std::move(body)};
}

edge::task<void> remove_key(edge::host& host, std::string key) {
  (void)co_await attempt(host.perform(edge::operation::kv_remove{std::move(key)}));
}

edge::task<edge::result<>> leave_work(edge::context& request) {
  for (const char* key : {"first", "second"}) {
    request.after_answering([&host = request.host, key] { return remove_key(host, key); });
  }
  co_return edge::response{.status = 202, .headers = {}, .body = ""};
}

constexpr std::array served{
    edge::route{"GET", "/hello/{name}", greet}, edge::route{"GET", "/cached", cached},
    edge::route{"GET", "/refused", refuse},     edge::route{"GET", "/call", call_out},
    edge::route{"POST", "/echo", echo},         edge::route{"POST", "/later", leave_work},
};

edge::task<bool> serve_in(edge::context& request) {
  static const std::vector<std::string> origins = {"https://app.example", "http://localhost:5173"};
  co_await edge::serve(request, served, origins);
  co_return true;
}

edge::response serve(support::scripted_host& world, std::string method, std::string url,
                     edge::headers fields = {}) {
  edge::context request{.host = world.host(),
                        .request = {std::move(method), std::move(url), std::move(fields)},
                        .request_id = "request-1"};
  CHECK(world.run(serve_in(request)));
  REQUIRE(world.response());
  return *world.response();
}

} // namespace

TEST_CASE("Every response carries its id and the security headers") {
  for (const char* path : {"/hello/you", "/refused", "/nowhere"}) {
    support::scripted_host world;
    const edge::response answer = serve(world, "GET", std::string{"https://a.example"} + path);
    INFO(path);
    CHECK(answer.headers.find("x-request-id") == "request-1");
    CHECK(answer.headers.find("x-content-type-options") == "nosniff");
    CHECK(answer.headers.find("content-security-policy") == "default-src 'none'; frame-ancestors 'none'");
    CHECK(answer.headers.find("referrer-policy") == "no-referrer");
    CHECK(answer.headers.find("strict-transport-security"));
    CHECK(answer.headers.find("cross-origin-resource-policy") == "same-origin");
    CHECK(answer.headers.find("cache-control") == "no-store");
    CHECK_FALSE(answer.headers.find("server-timing"));
  }
}

TEST_CASE("Only pages of the listed origins can read a response") {
  for (const char* path : {"/hello/you", "/refused", "/nowhere"}) {
    INFO(path);
    const std::string url = std::string{"https://a.example"} + path;
    support::scripted_host world;
    const edge::response answer = serve(world, "GET", url, {{"Origin", "https://app.example"}});
    CHECK(answer.headers.find("access-control-allow-origin") == "https://app.example");
    CHECK(answer.headers.find("access-control-allow-credentials") == "true");
    CHECK(answer.headers.find("access-control-expose-headers") ==
          "ETag, Location, Link, Accept-Patch, Retry-After, X-Request-Id, Server-Timing");
    CHECK(answer.headers.find("vary") == "Origin");
    for (const char* origin : {"https://app.example:8443", "https://app.example.evil.example", "null", "*",
                               "http://app.example", "https://APP.example", ""}) {
      INFO(origin);
      const edge::response other = serve(world, "GET", url, {{"Origin", origin}});
      CHECK_FALSE(other.headers.find("access-control-allow-origin"));
      CHECK_FALSE(other.headers.find("access-control-allow-credentials"));
      CHECK(other.headers.find("vary") == "Origin");
    }
  }
}

TEST_CASE("A preflight is answered for a known route and a listed origin") {
  support::scripted_host world;
  const edge::headers asked{{"Origin", "http://localhost:5173"}, {"Access-Control-Request-Method", "POST"}};
  const edge::response answer = serve(world, "OPTIONS", "https://a.example/cached", asked);
  CHECK(answer.status == 204);
  CHECK(answer.body.empty());
  CHECK(answer.headers.find("access-control-allow-origin") == "http://localhost:5173");
  CHECK(answer.headers.find("access-control-allow-methods") == "GET, HEAD");
  CHECK(answer.headers.find("access-control-allow-headers") ==
        "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key");
  CHECK(answer.headers.find("access-control-max-age") == "600");
  CHECK(serve(world, "OPTIONS", "https://a.example/nowhere", asked).status == 404);
  const edge::response foreign = serve(world, "OPTIONS", "https://a.example/cached",
                                       {{"Origin", "https://x"}, {"Access-Control-Request-Method", "GET"}});
  CHECK(foreign.status == 405);
  CHECK_FALSE(foreign.headers.find("access-control-allow-methods"));
  CHECK(serve(world, "OPTIONS", "https://a.example/cached", {{"Origin", "https://app.example"}}).status ==
        405);
}

TEST_CASE("A response may be cached if its handler says so") {
  support::scripted_host world;
  CHECK(serve(world, "GET", "https://a.example/cached").headers.find("cache-control") == "max-age=60");
}

TEST_CASE("A handler gets the decoded path parameters") {
  support::scripted_host world;
  CHECK(serve(world, "GET", "https://a.example/hello/%C3%84da?x=1").body == "hello Äda");
}

TEST_CASE("The response to HEAD is that to GET without its body") {
  support::scripted_host world;
  const edge::response answer = serve(world, "HEAD", "https://a.example/hello/you");
  CHECK(answer.status == 200);
  CHECK(answer.body.empty());
}

TEST_CASE("A problem of a handler or of the router becomes a problem response") {
  support::scripted_host world;
  const edge::response refused = serve(world, "GET", "https://a.example/refused");
  CHECK(refused.status == 409);
  CHECK(refused.body.contains("urn:whip-mux:problem:busy"));
  CHECK(refused.body.contains("request-1"));
  const edge::response wrong = serve(world, "PUT", "https://a.example/cached");
  CHECK(wrong.status == 405);
  CHECK(wrong.headers.find("allow") == "GET, HEAD");
}

TEST_CASE("A request's calls appear in Server-Timing and in the log") {
  support::scripted_host world;
  world.takes(30ms);
  world.answers(204);
  CHECK(serve(world, "GET", "https://a.example/call").headers.find("server-timing") ==
        "step;dur=30;desc=\"204\"");
  REQUIRE(world.log().size() == 1);
  const auto line = json::document::parse(world.log().front());
  REQUIRE(line);
  CHECK(line->root()["calls"].at(0)["call"].text() == "step");
  CHECK(line->root()["calls"].at(0)["ms"].integer() == 30);
  CHECK(line->root()["ms"].integer() == 30);
}

TEST_CASE("The log line names route and status, and never a path, query, header or body") {
  support::scripted_host world;
  world.next<edge::operation::read_body>("body-42");
  (void)serve(world, "POST", "https://a.example/echo?token=query-42", {{"authorization", "header-42"}});
  (void)serve(world, "GET", "https://a.example/hello/parameter-42");
  (void)serve(world, "GET", "https://a.example/unknown-42");
  REQUIRE(world.log().size() == 3);
  for (const std::string& line : world.log()) {
    CHECK_FALSE(line.contains("42"));
  }
  const auto line = json::document::parse(world.log().at(1));
  REQUIRE(line);
  CHECK(line->root()["requestId"].text() == "request-1");
  CHECK(line->root()["route"].text() == "GET /hello/{name}");
  CHECK(line->root()["status"].integer() == 200);
}

TEST_CASE("Deferred work runs after the response, in order") {
  support::scripted_host world;
  edge::context request{
      .host = world.host(), .request = {"POST", "https://a.example/later", {}}, .request_id = "request-1"};
  edge::task<void> work = edge::serve(request, served);
  const edge::root_task root = [](edge::task<void>& inner) -> edge::root_task { co_await inner; }(work);
  root.begin();
  const auto outbox = world.host().take_outbox();
  REQUIRE(outbox.size() == 4);
  CHECK(std::holds_alternative<edge::last_resort>(outbox.at(0)));
  CHECK(std::holds_alternative<edge::response>(outbox.at(1)));
  CHECK(std::holds_alternative<edge::log_line>(outbox.at(2)));
  CHECK(std::holds_alternative<edge::issued_operation>(outbox.at(3)));
  support::scripted_host again;
  again.next<edge::operation::kv_remove>(std::monostate{});
  again.next<edge::operation::kv_remove>(std::monostate{});
  CHECK(serve(again, "POST", "https://a.example/later").status == 202);
  const auto removed = again.asked<edge::operation::kv_remove>();
  REQUIRE(removed.size() == 2);
  CHECK(removed.at(0).key == "first");
  CHECK(removed.at(1).key == "second");
}

TEST_CASE("A body with a declared length over the limit is refused before it is read") {
  for (const char* length : {"11", "99999999999999999999999999"}) {
    support::scripted_host world;
    const edge::response answer =
        serve(world, "POST", "https://a.example/echo", {{"content-length", length}});
    CHECK(answer.status == 413);
    CHECK(world.asked().empty());
  }
}

TEST_CASE("A body that turns out too large is refused, and a truncated one is a bad request") {
  for (auto [kind, status] :
       {std::pair{edge::error_kind::too_large, 413}, std::pair{edge::error_kind::network, 400}}) {
    support::scripted_host world;
    world.next<edge::operation::read_body>(std::unexpected(edge::error{.kind = kind, .what = "scripted"}));
    CHECK(serve(world, "POST", "https://a.example/echo").status == status);
  }
}

TEST_CASE("An invalid length is ignored: reading decides") {
  support::scripted_host world;
  world.next<edge::operation::read_body>("0123456789");
  CHECK(serve(world, "POST", "https://a.example/echo", {{"content-length", "many"}}).body == "0123456789");
  CHECK(world.asked<edge::operation::read_body>().at(0).limit == 10);
}
