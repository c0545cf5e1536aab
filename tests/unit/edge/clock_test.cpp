// edge::parse_timestamp and edge::format_timestamp. Times are compared as numbers: Catch2 would print them
// with arithmetic for which the WASM build has no library.
#include "edge/clock.h"
#include "support/catch.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace {

std::optional<std::int64_t> micros(std::string_view text) {
  const auto time = edge::parse_timestamp(text);
  return time ? std::optional<std::int64_t>{time->time_since_epoch().count()} : std::nullopt;
}

constexpr std::int64_t base = 1'790'000'424'000'000; // 2026-09-21T14:20:24Z

} // namespace

TEST_CASE("A time is read with any number of decimals, to the microsecond") {
  const std::string whole = "2026-09-21T14:20:24";
  CHECK(micros(whole + "Z") == base);
  CHECK(micros(whole + ".1Z") == base + 100'000);
  CHECK(micros(whole + ".12Z") == base + 120'000);
  CHECK(micros(whole + ".123Z") == base + 123'000);
  CHECK(micros(whole + ".1234Z") == base + 123'400);
  CHECK(micros(whole + ".12345Z") == base + 123'450);
  CHECK(micros(whole + ".123456Z") == base + 123'456);
  CHECK(micros(whole + ".1234567Z") == base + 123'456);
  CHECK(micros(whole + ".12345678Z") == base + 123'456);
  CHECK(micros(whole + ".123456789Z") == base + 123'456);
  CHECK(micros(whole + ".999999999999999999999999999999Z") == base + 999'999);
  CHECK(micros(whole + ".000000001Z") == base);
}

TEST_CASE("A time is read with its offset") {
  CHECK(micros("2026-09-21T16:20:24+02:00") == base);
  CHECK(micros("2026-09-21T07:50:24-06:30") == base);
  CHECK(micros("2026-09-21T14:20:24-00:00") == base);
  CHECK(micros("2026-09-22T14:19:24.5+23:59") == base + 500'000);
}

TEST_CASE("A time may have lower-case letters, and a space instead of the T") {
  CHECK(micros("2026-09-21t14:20:24z") == base);
  CHECK(micros("2026-09-21 14:20:24Z") == base);
}

TEST_CASE("A leap second is the second after it") {
  CHECK(micros("2016-12-31T23:59:60Z") == micros("2017-01-01T00:00:00Z"));
  CHECK(micros("2016-12-31T23:59:61Z") == std::nullopt);
}

TEST_CASE("A time is read at the bounds of every part, and refused beyond them") {
  CHECK(micros("1970-01-01T00:00:00Z") == 0);
  CHECK(micros("1969-12-31T23:59:59Z") == -1'000'000);
  CHECK(micros("2024-02-29T00:00:00Z"));
  CHECK(micros("0000-01-01T00:00:00Z"));
  CHECK(micros("9999-12-31T23:59:59.999999Z"));
  for (const char* text :
       {"2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z", "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+00:60"}) {
    INFO(text);
    CHECK(micros(text) == std::nullopt);
  }
}

TEST_CASE("A time whose offset moves it beyond the years that can be written is refused") {
  CHECK(micros("0000-01-01T00:00:00+00:01") == std::nullopt);
  CHECK(micros("9999-12-31T23:59:00-00:01") == std::nullopt);
  CHECK(micros("9999-12-31T23:59:60Z") == std::nullopt);
  CHECK(micros("0000-01-01T00:01:00+00:01") == micros("0000-01-01T00:00:00Z"));
}

TEST_CASE("An invalid time is refused") {
  for (const char* text : {"",
                           "2026",
                           "2026-09-21",
                           "14:20:24Z",
                           "2026-09-21T14:20Z",
                           "2026-09-21T14:20:24",
                           "2026-09-21T14:20:24.Z",
                           "2026-09-21T14:20:24.Z1",
                           "2026-09-21T14:20:24,5Z",
                           "2026-9-21T14:20:24Z",
                           "+2026-09-21T14:20:24Z",
                           "2026-09-21T14:20:24+0200",
                           "2026-09-21T14:20:24+02",
                           "2026-09-21T14:20:24Z ",
                           " 2026-09-21T14:20:24Z",
                           "2026-09-21T14:20:24ZZ",
                           "2026-09-21X14:20:24Z",
                           "2026/09/21T14:20:24Z",
                           "20 6-09-21T14:20:24Z",
                           "2026-09-21T-4:20:24Z",
                           "1790000424"}) {
    INFO(text);
    CHECK(micros(text) == std::nullopt);
  }
  CHECK(micros(std::string_view("2026-09-21T14:20:24Z\0", 21)) == std::nullopt);
}

TEST_CASE("A time is written in UTC with milliseconds and can be read again") {
  auto written = [](std::int64_t number) {
    return edge::format_timestamp(edge::timestamp{std::chrono::microseconds{number}});
  };
  CHECK(written(0) == "1970-01-01T00:00:00.000Z");
  CHECK(written(base) == "2026-09-21T14:20:24.000Z");
  CHECK(written(base + 7'999) == "2026-09-21T14:20:24.007Z");
  CHECK(written(-1) == "1969-12-31T23:59:59.999Z");
  for (std::int64_t number : {std::int64_t{0}, std::int64_t{1000}, std::int64_t{951782400000000},
                              std::int64_t{253402300799999000}}) {
    CHECK(micros(written(number)) == number);
  }
}
