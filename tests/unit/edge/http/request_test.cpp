// edge::request and edge::headers: paths, queries, percent-encoding and case-insensitive names.
#include "edge/http/headers.h"
#include "edge/http/problem.h"
#include "edge/http/request.h"
#include "json/reader.h"
#include "support/catch.h"

#include <optional>
#include <string>
#include <string_view>

namespace {

edge::request at(std::string url) { return {.method = "GET", .url = std::move(url), .headers = {}}; }

} // namespace

TEST_CASE("The path is the part between the authority and the query") {
  CHECK(at("https://a.example/b/c").path() == "/b/c");
  CHECK(at("https://a.example/").path() == "/");
  CHECK(at("https://a.example").path() == "/");
  CHECK(at("https://a.example/b?c=/d").path() == "/b");
  CHECK(at("https://a.example/b#c/d").path() == "/b");
  CHECK(at("https://user:pass@a.example:8443/b%2Fc").path() == "/b%2Fc");
}

TEST_CASE("A query returns the first value of a name, decoded") {
  const edge::request request = at("https://a.example/b?x=1&y=a%20b+c&x=2&empty=&bare&z=%C3%A4#x=3");
  CHECK(request.query("x") == "1");
  CHECK(request.query("y") == "a b c");
  CHECK(request.query("empty") == "");
  CHECK(request.query("bare") == "");
  CHECK(request.query("z") == "ä");
  CHECK(request.query("a") == std::nullopt);
  CHECK(request.query("") == std::nullopt);
}

TEST_CASE("A cookie is found by its whole name, if it occurs once") {
  const auto sent = [](std::string cookies) {
    return edge::request{
        .method = "GET", .url = "https://a.example/", .headers = {{"Cookie", std::move(cookies)}}};
  };
  CHECK(sent("session=abc").cookie("session") == "abc");
  CHECK(sent("a=1; session=abc; b=2").cookie("session") == "abc");
  CHECK(sent("a=1;session=a=b").cookie("session") == "a=b");
  CHECK(sent("session=").cookie("session") == "");
  CHECK(sent("my-session=abc; sessions=x; Session=y").cookie("session") == std::nullopt);
  CHECK(sent("session=abc; session=evil").cookie("session") == std::nullopt);
  CHECK(sent("session").cookie("session") == std::nullopt);
  CHECK(sent("; ;  ").cookie("session") == std::nullopt);
  CHECK(at("https://a.example/").cookie("session") == std::nullopt);
}

TEST_CASE("A query without a question mark, or with an undecodable value, returns nothing") {
  CHECK(at("https://a.example/b").query("x") == std::nullopt);
  CHECK(at("https://a.example/b#?x=1").query("x") == std::nullopt);
  CHECK(at("https://a.example/b?x=%zz").query("x") == std::nullopt);
  CHECK(at("https://a.example/b?x=%00").query("x") == std::nullopt);
  CHECK(at("https://a.example/b?").query("x") == std::nullopt);
  CHECK(at("https://a.example/b?&&&=&x=1").query("x") == "1");
}

TEST_CASE("Percent-encoding is decoded completely or not at all") {
  CHECK(edge::percent_decode("a%20b") == "a b");
  CHECK(edge::percent_decode("%41%61%7e") == "Aa~");
  CHECK(edge::percent_decode("%25%32%35") == "%25");
  CHECK(edge::percent_decode("") == "");
  CHECK(edge::percent_decode("+") == "+");
  for (const char* text : {"%", "%4", "%4g", "%g4", "a%", "%%41", "%00", "%0"}) {
    INFO(text);
    CHECK(edge::percent_decode(text) == std::nullopt);
  }
  CHECK(edge::percent_decode(std::string_view("a\0b", 3)) == std::nullopt);
}

TEST_CASE("Header names are case-insensitive, and the first value counts") {
  edge::headers fields{{"Content-Type", "a"}, {"content-type", "b"}};
  fields.add("X-Other", "c");
  CHECK(fields.find("CONTENT-TYPE") == "a");
  CHECK(fields.find("x-other") == "c");
  CHECK(fields.find("content") == std::nullopt);
  CHECK(fields.find("") == std::nullopt);
  CHECK(fields.size() == 3);
}

TEST_CASE("Only ASCII letters have a case") {
  CHECK(edge::same_but_for_case("aZ-9", "Az-9"));
  CHECK_FALSE(edge::same_but_for_case("a[", "a{"));
  CHECK_FALSE(edge::same_but_for_case("a@", "a`"));
  CHECK_FALSE(edge::same_but_for_case("Ä", "ä"));
  CHECK_FALSE(edge::same_but_for_case("a", "ab"));
}

TEST_CASE("Only a literal becomes a problem's type or title, because an answer outlives any other text") {
  STATIC_REQUIRE_FALSE(std::is_constructible_v<edge::literal, std::string>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<edge::literal, std::string_view>);
  CHECK(edge::literal{"busy"} == "busy");
}

TEST_CASE("A problem follows RFC 9457 and names its fields") {
  const edge::response answer = edge::to_response({.status = 400,
                                                   .type = "invalid-field",
                                                   .title = "A field is \"wrong\"",
                                                   .detail = "Fix it.",
                                                   .fields = {{"title", "is missing"}},
                                                   .headers = {{"retry-after", "5"}}},
                                                  "request-1");
  CHECK(answer.status == 400);
  CHECK(answer.headers.find("content-type") == "application/problem+json");
  CHECK(answer.headers.find("retry-after") == "5");
  const auto body = json::document::parse(answer.body);
  REQUIRE(body);
  const json::value root = body->root();
  CHECK(root["type"].text() == "urn:whip-mux:problem:invalid-field");
  CHECK(root["title"].text() == "A field is \"wrong\"");
  CHECK(root["status"].integer() == 400);
  CHECK(root["detail"].text() == "Fix it.");
  CHECK(root["requestId"].text() == "request-1");
  CHECK(root["errors"].at(0)["field"].text() == "title");
  CHECK(root["errors"].at(0)["detail"].text() == "is missing");
}

TEST_CASE("A problem without fields has no list of them") {
  const auto body = json::document::parse(
      edge::to_response({.status = 404, .type = "not-found", .title = "t", .detail = "d"}, "r").body);
  REQUIRE(body);
  CHECK_FALSE(body->root()["errors"].exists());
}
