// JSON from outside: the reader, strict and lenient, against the writer.
#include "json/number.h"
#include "json/reader.h"
#include "json_tree.h"
#include "target.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace {

using fuzz::require;

// What can be said of a number without knowing which one it is.
void check_numbers(const json::value& in) {
  for (const json::value& each : in.elements()) {
    check_numbers(each);
  }
  for (const json::member& each : in.members()) {
    check_numbers(each.value);
  }
  const auto written = in.number();
  require(in.integer().has_value() <= written.has_value());
  require(in.thousandths().has_value() <= written.has_value());
  if (const auto whole = in.integer()) {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 1000;
    const bool fits = *whole <= most && *whole >= -most;
    require(!fits || in.thousandths() == *whole * 1000);
    require(json::integer_of(json::decimal(*whole)) == whole);
  }
}

} // namespace

void fuzz::run(std::string_view input) {
  const auto strict = json::document::parse(input);
  const auto lenient = json::document::parse_leniently(input);
  require(strict.has_value() == json::document::parse(input).has_value());
  if (strict) {
    const std::string written = canonical(strict->root());
    const auto again = json::document::parse(written);
    require(again.has_value());
    require(canonical(again->root()) == written);
    const auto padded = json::document::parse(" \n" + std::string{input} + "\t\r");
    // Nothing may stand before a byte order mark.
    require(input.starts_with("\xEF\xBB\xBF") || (padded && canonical(padded->root()) == written));
    require(lenient && canonical(lenient->root()) == written);
    check_numbers(strict->root());
    require(!json::is_number(input) || strict->root().number() == input);
  } else {
    require(!json::is_number(input));
    require(!json::describe(strict.error()).empty());
  }
  // What was read leniently is well-formed from then on.
  if (lenient) {
    const std::string written = canonical(lenient->root());
    const auto again = json::document::parse(written);
    require(again && canonical(again->root()) == written);
  }
}
