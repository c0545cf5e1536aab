// providers: how text from a provider is checked and read.
#include "json/reader.h"
#include "providers/fields.h"
#include "support/catch.h"

#include <array>
#include <string>
#include <string_view>

namespace {

constexpr std::array<providers::word<int>, 2> words{{{"one", 1}, {"two", 2}}};

std::optional<edge::milliseconds> duration(std::string_view text) {
  const auto document = json::document::parse(text);
  REQUIRE(document);
  return providers::duration_in(document->root());
}

} // namespace

TEST_CASE("A text is made of 1 to the maximum of allowed characters") {
  CHECK(providers::is_made_of("a", 3, providers::is_lower));
  CHECK(providers::is_made_of("abc", 3, providers::is_lower));
  CHECK_FALSE(providers::is_made_of("", 3, providers::is_lower));
  CHECK_FALSE(providers::is_made_of("abcd", 3, providers::is_lower));
  CHECK_FALSE(providers::is_made_of("aBc", 3, providers::is_lower));
}

TEST_CASE("Visible characters are those of ASCII without the space and the control characters") {
  for (int c = 0; c < 256; ++c) {
    INFO(c);
    CHECK(providers::is_visible(static_cast<char>(c)) == (c > 0x20 && c < 0x7f));
  }
}

TEST_CASE("A duration is a number of seconds that a recording can have") {
  CHECK(duration("0") == edge::milliseconds{0});
  CHECK(duration("3601.4667") == edge::milliseconds{3601466});
  CHECK(duration("8.64e6") == std::chrono::days{100});
  for (const std::string_view text : {"-1", "-0.5", "8640000.001", "1e300", "\"5\"", "null"}) {
    INFO(text);
    CHECK_FALSE(duration(text));
  }
}

TEST_CASE("Only a word of the list has a meaning") {
  CHECK(providers::meaning_of("two", words) == 2);
  CHECK_FALSE(providers::meaning_of("Two", words));
  CHECK_FALSE(providers::meaning_of("", words));
  CHECK_FALSE(providers::meaning_of(std::nullopt, words));
}

TEST_CASE("A setting gives its address without trailing slashes, or the default") {
  edge::environment set;
  set.set("URL", "https://a.example/v1//");
  CHECK(providers::url_in(set, "URL", "https://b.example") == "https://a.example/v1");
  CHECK(providers::url_in(set, "OTHER", "https://b.example") == "https://b.example");
}

TEST_CASE("A setting gives each secret of its list") {
  edge::environment set;
  set.set("SECRETS", "old, new");
  const auto secrets = providers::secrets_in(set, "SECRETS");
  REQUIRE(secrets.size() == 2);
  CHECK(secrets[0].matches("old"));
  CHECK(secrets[1].matches("new"));
  CHECK(providers::secrets_in(set, "OTHER").empty());
}
