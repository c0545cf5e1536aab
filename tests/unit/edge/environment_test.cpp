// edge::environment, edge::split_list and edge::entropy: the initial inputs of a request.
#include "edge/entropy.h"
#include "edge/environment.h"
#include "support/catch.h"

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

TEST_CASE("An empty variable counts as missing") {
  edge::environment variables;
  variables.set("SET", "value");
  variables.set("EMPTY", "");
  CHECK(variables.find("SET") == "value");
  CHECK_FALSE(variables.find("EMPTY"));
  CHECK_FALSE(variables.find("MISSING"));
  CHECK_FALSE(variables.find("set"));
  CHECK(variables.get("SET", "other") == "value");
  CHECK(variables.get("EMPTY", "other") == "other");
  CHECK(variables.get("MISSING", "other") == "other");
}

TEST_CASE("A setting that is missing although it is required, or has another form, is named") {
  constexpr auto forms = std::to_array<edge::setting_form>({{"NEEDED", edge::is_visible_text, true},
                                                            {"OPTIONAL", edge::is_whole_number},
                                                            {"LIST", edge::is_filled_list}});
  using names = std::vector<std::string>;
  edge::environment variables;
  CHECK(variables.unusable(forms) == names{"NEEDED"});
  variables.set("NEEDED", "a");
  CHECK(variables.unusable(forms).empty());
  variables.set("OPTIONAL", "1.5");
  variables.set("LIST", " , ");
  CHECK(variables.unusable(forms) == names{"OPTIONAL", "LIST"});
}

TEST_CASE("A binding is no text, and a text is no binding") {
  constexpr auto forms = std::to_array<edge::setting_form>({{"NAME", edge::is_visible_text}});
  edge::environment variables;
  variables.set("NAME", "bound");
  variables.set("OTHER", "text");
  CHECK(variables.unusable(forms).size() == 1);
  CHECK(variables.has_binding("NAME"));
  CHECK_FALSE(variables.has_binding("OTHER"));
  CHECK_FALSE(variables.has_binding("MISSING"));
}

TEST_CASE("A whole number is digits that fit, and nothing else") {
  CHECK(edge::whole_number("0") == 0);
  CHECK(edge::whole_number("4294967295") == 4294967295);
  for (const char* text : {"", "-1", "+1", "1.5", "1e3", " 1", "1 ", "4294967296", "0x10", "many"}) {
    INFO(text);
    CHECK_FALSE(edge::whole_number(text));
  }
}

TEST_CASE("A list is split at commas and white space, and empty parts are dropped") {
  using parts = std::vector<std::string>;
  CHECK(edge::split_list("").empty());
  CHECK(edge::split_list(" ,\t\r\n,").empty());
  CHECK(edge::split_list("a") == parts{"a"});
  CHECK(edge::split_list("a,b") == parts{"a", "b"});
  CHECK(edge::split_list(" a , b\n c\t") == parts{"a", "b", "c"});
  CHECK(edge::split_list(",,a;b,,c") == parts{"a;b", "c"});
}

TEST_CASE("Random bytes are handed out once each") {
  std::string bytes;
  for (int i = 0; i < 64; ++i) {
    bytes += static_cast<char>(i);
  }
  edge::entropy random{bytes};
  const std::string first = random.take(16);
  const std::string second = random.take(16);
  std::set<char> seen{first.begin(), first.end()};
  seen.insert(second.begin(), second.end());
  CHECK(first.size() == 16);
  CHECK(seen.size() == 32);
  CHECK(random.take(0).empty());
}

TEST_CASE("A number below a bound is below it, and all are about equally frequent") {
  edge::entropy random{std::string(64, 'x')};
  std::array<int, 10> counts{};
  for (int i = 0; i < 10'000; ++i) {
    ++counts.at(random.below(10));
  }
  for (int count : counts) {
    CHECK(count > 800);
    CHECK(count < 1200);
  }
  for (int i = 0; i < 100; ++i) {
    CHECK(random.below(1) == 0);
  }
  CHECK(random.below(0) == 0);
}

TEST_CASE("Different random bytes produce different numbers, and the same bytes the same") {
  auto numbers = [](char byte) {
    edge::entropy random{std::string(64, byte)};
    std::vector<std::uint32_t> drawn;
    drawn.reserve(8);
    for (int i = 0; i < 8; ++i) {
      drawn.push_back(random.below(1'000'000));
    }
    return drawn;
  };
  CHECK(numbers('a') == numbers('a'));
  CHECK(numbers('a') != numbers('b'));
}
