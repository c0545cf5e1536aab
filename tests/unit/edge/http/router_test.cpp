// edge::find_route: which handler serves a path, and the response if no route matches.
#include "edge/http/router.h"
#include "support/catch.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

edge::task<edge::result<>> unused(edge::context&) { co_return edge::response{}; }

constexpr std::array table{
    edge::route{"GET", "/", unused},
    edge::route{"POST", "/streams/create", unused},
    edge::route{"GET", "/streams", unused},
    edge::route{"POST", "/streams", unused},
    edge::route{"GET", "/streams/{id}", unused},
    edge::route{"DELETE", "/streams/{id}", unused},
    edge::route{"PATCH", "/streams/{id}/outputs/{output}", unused},
};

struct found {
  std::string pattern;
  std::vector<std::string> parameters;
  bool operator==(const found&) const = default;
};

std::optional<found> find(std::string_view method, std::string_view path) {
  auto match = edge::find_route(table, method, path);
  if (!match) {
    return std::nullopt;
  }
  return found{std::string{match->found->pattern}, match->parameters};
}

int refusal(std::string_view method, std::string_view path) {
  const auto match = edge::find_route(table, method, path);
  return match ? 0 : match.error().status;
}

std::string allowed(std::string_view method, std::string_view path) {
  const auto match = edge::find_route(table, method, path);
  REQUIRE_FALSE(match);
  return std::string{match.error().headers.find("Allow").value_or("nothing")};
}

} // namespace

TEST_CASE("A path finds its route by method and segments") {
  CHECK(find("GET", "/") == found{"/", {}});
  CHECK(find("GET", "/streams") == found{"/streams", {}});
  CHECK(find("POST", "/streams") == found{"/streams", {}});
  CHECK(find("GET", "/streams/a1") == found{"/streams/{id}", {"a1"}});
  CHECK(find("PATCH", "/streams/a1/outputs/b2") == found{"/streams/{id}/outputs/{output}", {"a1", "b2"}});
}

TEST_CASE("A literal segment takes precedence over a parameter") {
  CHECK(find("POST", "/streams/create") == found{"/streams/create", {}});
  CHECK(find("GET", "/streams/created") == found{"/streams/{id}", {"created"}});
  for (const char* method : {"GET", "HEAD", "PATCH", "DELETE", "PUT"}) {
    INFO(method);
    CHECK(refusal(method, "/streams/create") == 405);
    CHECK(refusal(method, "/streams/cre%61te") == 405);
  }
}

TEST_CASE("An unknown path is a 404") {
  for (const char* path :
       {"/stream", "/streams/a/b", "/Streams", "/streams/a1/outputs", "//", "/streams//outputs/x"}) {
    INFO(path);
    CHECK(refusal("GET", path) == 404);
  }
}

TEST_CASE("A trailing slash makes another path") {
  CHECK(refusal("GET", "/streams/") == 404);
  CHECK(refusal("GET", "/streams/a1/") == 404);
}

TEST_CASE("A parameter is never empty") {
  CHECK(refusal("PATCH", "/streams//outputs/b2") == 404);
  CHECK(refusal("PATCH", "/streams/a1/outputs/") == 404);
}

TEST_CASE("A path that is known for other methods is a 405 that names them") {
  CHECK(refusal("PUT", "/streams/a1") == 405);
  CHECK(allowed("PUT", "/streams/a1") == "GET, HEAD, DELETE");
  CHECK(allowed("DELETE", "/streams") == "GET, HEAD, POST");
  CHECK(allowed("GET", "/streams/a1/outputs/b2") == "PATCH");
  CHECK(allowed("get", "/streams") == "GET, HEAD, POST");
  CHECK(allowed("PUT", "/streams/create") == "POST");
}

TEST_CASE("HEAD uses the route of GET and no other") {
  CHECK(find("HEAD", "/streams/a1") == found{"/streams/{id}", {"a1"}});
  CHECK(refusal("HEAD", "/streams/a1/outputs/b2") == 405);
}

TEST_CASE("Segments are decoded after the path is split, so no escape creates a segment") {
  CHECK(find("GET", "/streams/a%2Fb") == found{"/streams/{id}", {"a/b"}});
  CHECK(find("GET", "/%73treams") == found{"/streams", {}});
  CHECK(find("GET", "/streams/%C3%A4") == found{"/streams/{id}", {"ä"}});
  CHECK(find("GET", "/streams/a+b") == found{"/streams/{id}", {"a+b"}});
  CHECK(find("GET", "/streams/%7Bid%7D") == found{"/streams/{id}", {"{id}"}});
}

TEST_CASE("A path with a broken escape or a NUL is a 404") {
  for (const char* path : {"/streams/%", "/streams/%4", "/streams/%zz", "/streams/%00", "/streams/a%"}) {
    INFO(path);
    CHECK(refusal("GET", path) == 404);
  }
}
