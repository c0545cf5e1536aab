#include "api/http/json_answer.h"

#include "crypto/hex.h"
#include "crypto/sha256.h"

#include <span>

namespace api {

namespace {

// The header is a list of tags, or '*'. Weak tags match as well: nothing here is served in ranges.
bool names(std::string_view if_none_match, std::string_view tag) {
  return if_none_match == "*" || if_none_match.contains(tag);
}

} // namespace

edge::response json_answer(int status, const json::object& body) {
  return {.status = status, .headers = {{"content-type", "application/json"}}, .body = body.dump()};
}

edge::response tagged(const edge::request& request, edge::response answer) {
  auto digest = crypto::sha256::of(answer.body);
  std::string tag = '"' + crypto::hex_encode(std::span{digest}.first(16)) + '"';
  bool known = names(request.headers.find("if-none-match").value_or(""), tag);
  if (known) {
    answer = {.status = 304, .headers = {}, .body = {}};
  }
  answer.headers.add("etag", std::move(tag));
  return answer;
}

edge::response tagged_json_answer(const edge::request& request, const json::object& body) {
  return tagged(request, json_answer(200, body));
}

} // namespace api
