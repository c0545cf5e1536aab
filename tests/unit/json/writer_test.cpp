// json::object and json::array: what is written, and what cannot go wrong.
#include "json/reader.h"
#include "json/writer.h"
#include "support/catch.h"

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

TEST_CASE("Members are written in the order in which they were set") {
  json::object inner;
  inner.set("z", 1).set("a", 2);
  json::object object;
  object.set("id", std::string("s1")).set("count", 3).set("inner", std::move(inner)).set("missing", nullptr);
  CHECK(object.dump() == R"({"id":"s1","count":3,"inner":{"z":1,"a":2},"missing":null})");
}

TEST_CASE("Every type is written as itself") {
  const std::string string = "string";
  const std::vector<std::string> texts = {"p", "q"};
  CHECK(json::array()
            .add(true)
            .add(false)
            .add("literal")
            .add(string)
            .add(std::string_view("view"))
            .add(std::numeric_limits<std::int64_t>::min())
            .add(std::numeric_limits<std::uint64_t>::max())
            .add(std::uint8_t{7})
            .add(json::written{"1e400"})
            .add(std::chrono::milliseconds{12500})
            .add(texts)
            .add(std::vector<std::string>())
            .dump() == R"([true,false,"literal","string","view",-9223372036854775808,18446744073709551615,7,)"
                       R"(1e400,12.5,["p","q"],[]])");
}

TEST_CASE("An optional is written as its value, as null, or left out") {
  const std::optional<std::string> text = "x";
  const std::optional<std::int64_t> none;
  CHECK(json::object().set("a", text).set("b", none).set("c", std::optional(true)).dump() ==
        R"({"a":"x","b":null,"c":true})");
  CHECK(json::object().set_if("a", text).set_if("b", none).set_if("c", std::optional(2)).dump() ==
        R"({"a":"x","c":2})");
  std::optional<json::object> inner = json::object().set("k", 1);
  const json::object outer = json::object().set("o", std::move(inner)).set("n", std::optional<json::array>());
  CHECK(outer.dump() == R"({"o":{"k":1},"n":null})");
  CHECK(json::object().set_if("a", std::optional(json::array().add(1))).dump() == R"({"a":[1]})");
}

TEST_CASE("An object without members and an array without elements are empty") {
  CHECK(json::object().dump() == "{}");
  CHECK(json::array().dump() == "[]");
  CHECK(json::object().set("o", json::object()).set("a", json::array()).dump() == R"({"o":{},"a":[]})");
}

TEST_CASE("A duration is written in seconds, without zeros at its end") {
  const auto text = [](std::int64_t count) {
    return json::array().add(std::chrono::milliseconds{count}).dump();
  };
  CHECK(text(0) == "[0]");
  CHECK(text(7) == "[0.007]");
  CHECK(text(500) == "[0.5]");
  CHECK(text(3'600'000) == "[3600]");
  CHECK(text(3'601'466) == "[3601.466]");
  CHECK(text(-1) == "[-0.001]");
}

TEST_CASE("Text that is not UTF-8 is written with replacement characters, also in names") {
  const std::string written = json::object().set("\xff", "a\xc3(\xed\xa0\x80").dump();
  const auto document = json::document::parse(written);
  REQUIRE(document);
  CHECK(document->root().members().at(0).name == "\xef\xbf\xbd");
  CHECK(document->root().members().at(0).value.text().value_or("").starts_with("a\xef\xbf\xbd("));
}

TEST_CASE("An object added to itself contains its previous content") {
  json::object object;
  object.set("a", 1);
  object.set("self", std::move(object)); // NOLINT(bugprone-use-after-move): the object may contain itself
  CHECK(object.dump() == R"({"self":{"a":1}})");
}

TEST_CASE("Text with any byte is read back as it was written") {
  for (int c = 0; c < 0x800; ++c) {
    std::string text = "<>";
    if (c < 0x80) {
      text.insert(1, 1, static_cast<char>(c));
    } else {
      text.insert(1, {static_cast<char>(0xc0 | c >> 6), static_cast<char>(0x80 | (c & 0x3f))});
    }
    const auto document = json::document::parse(json::object().set(text, text).dump());
    REQUIRE(document);
    CHECK(document->root()[text].text() == text);
  }
}
