// json::document and json::value: what is accepted, and what can be read.
#include "json/number.h"
#include "json/reader.h"
#include "support/catch.h"

#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace {

json::document parsed(std::string_view text) {
  auto document = json::document::parse(text);
  INFO(text);
  REQUIRE(document);
  return *std::move(document);
}

std::optional<json::parse_error> refusal(std::string_view text) {
  const auto document = json::document::parse(text);
  return document ? std::nullopt : std::optional(document.error());
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

} // namespace

TEST_CASE("A path through a document is one chain with one check at its end") {
  const auto document =
      parsed(R"({"data":{"playback_ids":[{"id":"abc","policy":"public"}],"duration":23.5}})");
  const json::value root = document.root();
  CHECK(root["data"]["playback_ids"].at(0)["id"].text() == "abc");
  CHECK(root["data"]["duration"].thousandths() == 23500);
  CHECK_FALSE(root["data"]["playback_ids"].at(1)["id"].exists());
  CHECK_FALSE(root["no"]["such"].at(7)["path"].text());
  CHECK_FALSE(root["data"]["playback_ids"]["id"].exists());
  CHECK_FALSE(root.at(0).exists());
}

TEST_CASE("Everything read from an absent value is absent") {
  const json::value absent;
  CHECK_FALSE(absent.exists());
  CHECK_FALSE(absent["a"].exists());
  CHECK_FALSE(absent.at(0).exists());
  CHECK_FALSE(absent.text());
  CHECK_FALSE(absent.integer());
  CHECK_FALSE(absent.number());
  CHECK_FALSE(absent.thousandths());
  CHECK_FALSE(absent.boolean());
  CHECK_FALSE(absent.is_null());
  CHECK_FALSE(absent.is_object());
  CHECK_FALSE(absent.is_array());
  CHECK(absent.elements().empty());
  CHECK(absent.members().empty());
  CHECK_FALSE(absent.has_duplicate_names());
}

TEST_CASE("A value can be read only as its own type") {
  const auto document = parsed(R"(["7", 7, true, null, {}, [], 7.5])");
  const json::value root = document.root();
  const auto types = [&](std::size_t index) {
    const json::value value = root.at(index);
    std::string all;
    all += value.text() ? "t" : "";
    all += value.integer() ? "i" : "";
    all += value.number() ? "n" : "";
    all += value.boolean() ? "b" : "";
    all += value.is_null() ? "0" : "";
    all += value.is_object() ? "o" : "";
    all += value.is_array() ? "a" : "";
    all += value.exists() ? "" : "-";
    return all;
  };
  CHECK(types(0) == "t");
  CHECK(types(1) == "in");
  CHECK(types(2) == "b");
  CHECK(types(3) == "0");
  CHECK(types(4) == "o");
  CHECK(types(5) == "a");
  CHECK(types(6) == "n");
  CHECK(types(7) == "-");
}

TEST_CASE("An integer is a number without fraction or exponent that fits in 64 bits") {
  const auto document = parsed("[0, -0, 9223372036854775807, -9223372036854775808, 9223372036854775808, 1.0, "
                               "1e3, 18446744073709551615]");
  const json::value root = document.root();
  CHECK(root.at(0).integer() == 0);
  CHECK(root.at(1).integer() == 0);
  CHECK(root.at(2).integer() == std::numeric_limits<std::int64_t>::max());
  CHECK(root.at(3).integer() == std::numeric_limits<std::int64_t>::min());
  CHECK_FALSE(root.at(4).integer());
  CHECK_FALSE(root.at(5).integer());
  CHECK_FALSE(root.at(6).integer());
  CHECK_FALSE(root.at(7).integer());
}

TEST_CASE("A number is read in thousandths without what is finer, as far as it fits in 64 bits") {
  const auto read = [](std::string_view number) {
    INFO(number);
    return parsed(number).root().thousandths();
  };
  CHECK(read("0") == 0);
  CHECK(read("-0.0") == 0);
  CHECK(read("7") == 7000);
  CHECK(read("12.3456") == 12345);
  CHECK(read("-12.3456") == -12345);
  CHECK(read("1.2345e1") == 12345);
  CHECK(read("12345E-0003") == 12345);
  CHECK(read("0.0004") == 0);
  CHECK(read("1e-400") == 0);
  CHECK(read("0e99999999999999999999") == 0);
  CHECK(read("9223372036854775.807") == std::numeric_limits<std::int64_t>::max());
  CHECK_FALSE(read("9223372036854775.808"));
  CHECK_FALSE(read("1e400"));
  CHECK_FALSE(read("1e99999999999999999999"));
}

TEST_CASE("A number that does not fit is text, and does not spoil its document") {
  const auto document = parsed(R"({"id":"a","huge":123456789012345678901234567890 ,"tiny":-1e-400})");
  const json::value root = document.root();
  CHECK(root["id"].text() == "a");
  CHECK(root["huge"].number() == "123456789012345678901234567890");
  CHECK_FALSE(root["huge"].integer());
  CHECK_FALSE(root["huge"].thousandths());
  CHECK(root["tiny"].number() == "-1e-400");
}

TEST_CASE("Half of a surrogate pair is replaced only where that is asked for") {
  const std::string_view text = R"({"id":"a","title":"x\ud83dy","\ude4f":"\ud83d\ude4f"})";
  CHECK(refusal(text) == json::parse_error::malformed);
  const auto document = json::document::parse_leniently(text);
  REQUIRE(document);
  CHECK(document->root()["id"].text() == "a");
  CHECK(document->root()["title"].text() == "x\xef\xbf\xbdy");
  CHECK(document->root()["\xef\xbf\xbd"].text() == "\xf0\x9f\x99\x8f");
  CHECK_FALSE(json::document::parse_leniently("\"\\ud83d"));
}

TEST_CASE("A lenient reader reads past nesting without end and bytes that are not UTF-8") {
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  const auto nested =
      json::document::parse_leniently(R"({"deep":)" + deep + R"(,"list":[)" + deep + R"(,1],"id":"a"})");
  REQUIRE(nested);
  CHECK(nested->root()["deep"].is_array());
  CHECK(nested->root()["list"].at(1).integer() == 1);
  CHECK(nested->root()["id"].text() == "a");
  const auto broken = json::document::parse_leniently("{\"title\":\"caf\xe9\",\"id\":\"a\"}");
  REQUIRE(broken);
  CHECK(broken->root()["title"].text() == "caf?");
  CHECK(broken->root()["id"].text() == "a");
}

TEST_CASE("Text is returned with its escapes decoded, NUL included") {
  const auto document = parsed(R"(["\u0041\n\u0000b", "\ud83d\ude4f", "a\/b"])");
  CHECK(document.root().at(0).text() == std::string_view("A\n\0b", 4));
  CHECK(document.root().at(1).text() == "\xf0\x9f\x99\x8f");
  CHECK(document.root().at(2).text() == "a/b");
}

TEST_CASE("Elements and members come in document order") {
  const auto document = parsed(R"({"b":[1,[2,3],4],"a":{},"b":"again"})");
  std::string names;
  for (const json::member& member : document.root().members()) {
    names += member.name;
  }
  CHECK(names == "bab");
  CHECK(document.root()["b"].is_array());
  std::int64_t sum = 0;
  for (const json::value element : document.root()["b"].elements()) {
    sum += element.integer().value_or(100);
  }
  CHECK(sum == 105);
  CHECK(document.root()["a"].members().empty());
  CHECK(document.root()["a"].elements().empty());
}

TEST_CASE("A duplicate name is found after decoding escapes, within its own object") {
  CHECK(parsed(R"({"a":1,"b":2,"a":1})").root().has_duplicate_names());
  CHECK(parsed(R"({"sub":1,"s\u0075b":2})").root().has_duplicate_names());
  CHECK_FALSE(parsed(R"({"a":1,"A":2,"":3})").root().has_duplicate_names());
  CHECK_FALSE(parsed(R"({"a":{"b":1,"b":2}})").root().has_duplicate_names());
  CHECK(parsed(R"({"a":{"b":1,"b":2}})").root()["a"].has_duplicate_names());
  CHECK_FALSE(parsed(R"(["a","a"])").root().has_duplicate_names());
  CHECK_FALSE(parsed("{}").root().has_duplicate_names());
}

TEST_CASE("Values outlive a move of their document") {
  auto document = parsed(R"({"id":"a text that is too long to be stored inside of a string object"})");
  const json::value root = document.root();
  const json::document moved = std::move(document);
  CHECK(root["id"].text() == moved.root()["id"].text());
}

TEST_CASE("Nesting is accepted up to its limit and refused beyond") {
  CHECK(json::document::parse(nested(json::document::max_depth - 1)));
  CHECK(json::document::parse(nested(json::document::max_depth)));
  CHECK(refusal(nested(json::document::max_depth + 1)) == json::parse_error::too_deep);
  CHECK(refusal(nested(100000)) == json::parse_error::too_deep);
  CHECK(refusal(std::string(100000, '[')).has_value());
}

TEST_CASE("Anything but one JSON value is refused with a reason") {
  using enum json::parse_error;
  CHECK(refusal("") == empty);
  CHECK(refusal(" \n\t\r ") == empty);
  CHECK(refusal("{\"a\":1") == malformed);
  CHECK(refusal("{\"a\":1} {}") == malformed);
  CHECK(refusal("{'a':1}") == malformed);
  CHECK(refusal("[1,]") == malformed);
  CHECK(refusal("NaN") == malformed);
  CHECK(refusal("\"\xc0\xaf\"") == not_utf8);
  CHECK(refusal("\"\xed\xa0\x80\"") == not_utf8);
  CHECK(refusal(std::string_view("{\"a\":1}\0", 8)) == malformed);
  CHECK(refusal(std::string_view("{\"a\":1}\0garbage", 15)) == malformed);
  CHECK(refusal("\"\\ud800\"") == malformed);
  for (const std::string_view number :
       {"01", "-", "1.", ".5", "1e", "1e+", "+1", "0x1", "--1", "1.e1", "Infinity", "-01"}) {
    INFO(number);
    CHECK(refusal(number) == malformed);
  }
}

TEST_CASE("Every prefix of a text is refused without harm") {
  const std::string text =
      R"({"type":"video.asset.ready","n":[1,-2.5e3,true,false,null,"\u00e9\\"],"o":{"k":{}}})";
  REQUIRE(json::document::parse(text));
  for (std::size_t size = 0; size < text.size(); ++size) {
    CHECK_FALSE(json::document::parse(text.substr(0, size)));
  }
}

TEST_CASE("A document with a changed byte is refused or read without harm") {
  const std::string text =
      R"({"type":"video.asset.ready","n":[1,-2.5e3,true,false,null,"\u00e9\\"],"o":{"k":{}}})";
  int accepted = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = text;
      changed[at] = static_cast<char>(byte);
      if (const auto document = json::document::parse(changed)) {
        accepted += static_cast<int>(document->root().is_object());
      }
    }
  }
  CHECK(accepted > 0);
  CHECK(std::cmp_less(accepted, 256 * text.size()));
}

TEST_CASE("Whole numbers are written in decimal digits, up to the limits of 64 bits") {
  CHECK(json::decimal(0) == "0");
  CHECK(json::decimal(-7) == "-7");
  CHECK(json::decimal(1'234'567'890U) == "1234567890");
  CHECK(json::decimal(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  CHECK(json::decimal(std::numeric_limits<std::int64_t>::max()) == "9223372036854775807");
  CHECK(json::decimal(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
}
