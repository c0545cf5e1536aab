// providers::stored_time: which numbers are times.
#include "providers/stored_time.h"
#include "support/catch.h"

#include <string_view>

TEST_CASE("A stored time is a number of microseconds of a year that can be written") {
  const auto stored = [](std::string_view text) {
    const auto document = json::document::parse(text);
    REQUIRE(document);
    return providers::stored_time(document->root()).transform(edge::to_microseconds);
  };
  CHECK(stored("0") == 0);
  CHECK(stored("1790000000000001") == 1'790'000'000'000'001);
  CHECK(stored("253402300799999999") == 253'402'300'799'999'999);
  for (const std::string_view text :
       {"253402300800000000", "9223372036854775807", "-9223372036854775808", "1.5", "\"0\"", "null"}) {
    INFO(text);
    CHECK_FALSE(stored(text));
  }
}
