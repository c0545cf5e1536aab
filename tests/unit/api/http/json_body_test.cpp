// api::read_json and api::json_fields: which bodies are accepted, and what is said about the others.
#include "api/http/json_body.h"
#include "support/catch.h"
#include "support/scripted_host.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

struct sent {
  std::string body;
  std::string content_type = "application/json";
};

edge::result<json::document> read(const sent& what) {
  support::scripted_host world;
  world.next<edge::operation::read_body>(what.body);
  edge::context request{.host = world.host(),
                        .request = {.method = "POST",
                                    .url = "https://a.example/",
                                    .headers = {{"content-type", what.content_type}}}};
  return world.run(api::read_json(request));
}

int status_of(const sent& what) {
  const auto body = read(what);
  return body ? 200 : body.error().status;
}

json::document document(std::string_view text) {
  auto parsed = json::document::parse(text);
  REQUIRE(parsed);
  return *std::move(parsed);
}

// The names of the refused fields.
std::vector<std::string> refused(api::json_fields& fields) {
  const auto checked = fields.check();
  std::vector<std::string> names;
  if (checked) {
    return names;
  }
  CHECK(checked.error().status == 400);
  CHECK(checked.error().type == "invalid-field");
  for (const edge::invalid_field& each : checked.error().fields) {
    names.push_back(each.field);
  }
  return names;
}

using names = std::vector<std::string>;

bool title_is_refused(std::string_view value) {
  const json::document body = document(R"({"title":)" + std::string{value} + "}");
  api::json_fields fields{body};
  (void)fields.required_text("title", 5);
  return refused(fields) == names{"title"};
}

std::optional<std::string> id_in(std::string_view value) {
  const json::document body = document(R"({"id":)" + std::string{value} + "}");
  api::json_fields fields{body};
  auto id = fields.id("id");
  return refused(fields).empty() ? id : "refused";
}

} // namespace

TEST_CASE("A body must be a JSON object") {
  CHECK(status_of({"{}"}) == 200);
  for (const char* body : {"", "x", "[]", "1", "null", R"("text")", "{", "{}}", "{\"a\":\"\xff\"}",
                           R"({"a":1,"a":2})", R"({"a":1,"\u0061":2})"}) {
    INFO(body);
    CHECK(status_of({body}) == 400);
  }
}

TEST_CASE("A body must be declared as JSON") {
  for (const char* type : {"application/json", "application/json; charset=utf-8", "Application/JSON ;x=y"}) {
    CHECK(status_of({"{}", type}) == 200);
  }
  for (const char* type :
       {"", "text/plain", "application/jsonx", "text/json", "application/x-www-form-urlencoded"}) {
    INFO(type);
    CHECK(status_of({"{}", type}) == 415);
  }
}

TEST_CASE("Text is accepted without the white space around it, and its length counts in characters") {
  const json::document body = document(R"({"title":"  \u00e4\u00e4\u00e4\u00e4\u00e4 \n"})");
  api::json_fields fields{body};
  CHECK(fields.required_text("title", 5) == "äääää");
  CHECK(refused(fields).empty());
}

TEST_CASE("Text that is missing, empty, too long, of another type or with control characters is refused") {
  for (const char* value : {"null", R"("")", R"("  ")", R"("123456")", "1", "true", "[]", "{}",
                            R"("a\u0000b")", R"("a\nb")", R"("a\u007f")"}) {
    INFO(value);
    CHECK(title_is_refused(value));
  }
  CHECK_FALSE(title_is_refused(R"("12345")"));
}

TEST_CASE("Text of several lines keeps them, without carriage returns, and refuses the rest as others do") {
  const auto lines_in = [](std::string_view value) -> std::optional<std::string> {
    const json::document body = document(R"({"about":)" + std::string{value} + "}");
    api::json_fields fields{body};
    auto text = fields.lines("about", 5);
    return refused(fields).empty() ? text : "refused";
  };
  CHECK(lines_in(R"(" a\r\nb\n\n")") == "a\nb");
  CHECK(lines_in("null") == std::nullopt);
  for (const char* value :
       {R"("\n")", R"("a\tb")", R"("a\u0000")", R"("123456")", "1", R"("a\u2028b")", R"("\u202eabc")"}) {
    INFO(value);
    CHECK(lines_in(value) == "refused");
  }
}

TEST_CASE("Text that shows nothing, or that could look like another text, is refused") {
  for (const char* value :
       {R"("\u00a0")", R"("\u3000 \u200b")", R"("\ufeff")", R"("\u2800")", R"("\u3164")", R"("\ud834\udd73")",
        R"("\udb40\udc41")", R"("\u00ad\u200d")", R"("a\u0085b")", R"("a\u009f")", R"("a\u2028b")",
        R"("a\u2029")", R"("\u202eabc")", R"("a\u202ab")", R"("\u2066a\u2069")"}) {
    INFO(value);
    CHECK(title_is_refused(value));
  }
  for (const char* value : {R"("\u05d0\u200f!")", R"("a\u00a0b")", R"("\ud83d\udc68\u200d\ud83d\udc69")",
                            R"("\u2764\ufe0f")", R"("\u0627\u0628")", R"("\ud83c\uddf7")"}) {
    INFO(value);
    CHECK_FALSE(title_is_refused(value));
  }
}

TEST_CASE("An id is 1 to 64 letters, digits, hyphens and underscores") {
  CHECK(id_in(R"("a-Z_9")") == "a-Z_9");
  CHECK(id_in("null") == std::nullopt);
  CHECK(id_in('"' + std::string(64, 'a') + '"') == std::string(64, 'a'));
  CHECK(id_in('"' + std::string(65, 'a') + '"') == "refused");
  for (const char* value : {R"("")", "1", R"("a/b")", R"("a b")", R"("a.b")", R"("\u00e4")", R"("../x")"}) {
    INFO(value);
    CHECK(id_in(value) == "refused");
  }
}

TEST_CASE("An unknown member is refused, and all errors are reported at once") {
  const json::document body = document(R"({"title":"","backup":"yes","surprise":1})");
  api::json_fields fields{body};
  (void)fields.required_text("title", 5);
  CHECK(fields.boolean("backup") == std::nullopt);
  CHECK(refused(fields) == names{"title", "backup", "surprise"});
}
