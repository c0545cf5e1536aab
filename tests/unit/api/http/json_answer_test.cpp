// api::tagged: what is answered to a request that names what it has.
#include "api/http/json_answer.h"
#include "support/catch.h"

#include <string>
#include <utility>

namespace answer_test {

namespace {

edge::response answered(const json::object& body, const std::string& if_none_match = {}) {
  edge::request request{.method = "GET", .url = "https://a.example/", .headers = {}};
  if (!if_none_match.empty()) {
    request.headers.add("If-None-Match", if_none_match);
  }
  return api::tagged_json_answer(request, body);
}

const json::object body = json::object().set("title", "The service");

std::string tag_of(const edge::response& answer) {
  return std::string{answer.headers.find("etag").value_or("")};
}

} // namespace

TEST_CASE("The tag of an answer is a quoted text that is another one for another body") {
  const edge::response answer = answered(body);
  CHECK((answer.status == 200 && answer.body == body.dump()));
  CHECK(answer.headers.find("content-type") == "application/json");
  const std::string tag = tag_of(answer);
  CHECK((tag.size() > 2 && tag.starts_with('"') && tag.ends_with('"')));
  CHECK(tag_of(answered(body)) == tag);
  CHECK(tag_of(answered(json::object().set("title", "Another"))) != tag);
}

TEST_CASE("A request that names the tag, alone, weak or in a list, is answered without the body") {
  const std::string tag = tag_of(answered(body));
  for (const std::string& named :
       {tag, "W/" + tag, R"("other", )" + tag, R"(W/"other",W/)" + tag + R"( , "more")", std::string{"*"}}) {
    INFO(named);
    const edge::response answer = answered(body, named);
    CHECK((answer.status == 304 && answer.body.empty()));
    CHECK(tag_of(answer) == tag);
  }
}

TEST_CASE("A request that names other tags only is answered with the body") {
  const std::string tag = tag_of(answered(body));
  for (const std::string& named : {std::string{R"("other")"}, std::string{R"(W/"other", "more")"},
                                   tag.substr(1, tag.size() - 2), tag.substr(0, tag.size() - 2) + '"'}) {
    INFO(named);
    const edge::response answer = answered(body, named);
    CHECK((answer.status == 200 && answer.body == body.dump()));
  }
}

} // namespace answer_test
