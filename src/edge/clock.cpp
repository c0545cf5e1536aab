#include "edge/clock.h"

#include "json/number.h"

#include <algorithm>

namespace edge {

namespace {

// Reads a text of a fixed format. After the first mismatch everything fails.
class scanner {
public:
  explicit scanner(std::string_view text) : rest_(text) {}

  unsigned digits(std::size_t count) {
    unsigned number = 0;
    for (std::size_t i = 0; i < count; ++i) {
      unsigned digit = next_digit();
      if (!good_) {
        return 0;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  bool accept(std::string_view any_of) {
    if (rest_.empty() || !any_of.contains(rest_.front())) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  void expect(std::string_view any_of) { good_ = accept(any_of) && good_; }

  // The digits after the decimal point, as microseconds.
  std::chrono::microseconds fraction() {
    std::int64_t value = 0;
    std::int64_t unit = 100'000;
    do {
      value += next_digit() * unit;
      unit /= 10;
    } while (good_ && !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9');
    return std::chrono::microseconds{value};
  }

  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] char peek() const { return rest_.empty() ? '\0' : rest_.front(); }

private:
  unsigned next_digit() {
    if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') {
      good_ = false;
      return 0;
    }
    auto digit = static_cast<unsigned>(rest_.front() - '0');
    rest_.remove_prefix(1);
    return digit;
  }

  std::string_view rest_;
  bool good_ = true;
};

std::optional<std::chrono::minutes> zone_offset(scanner& input) {
  if (input.accept("Zz")) {
    return std::chrono::minutes{0};
  }
  bool behind = input.peek() == '-';
  input.expect("+-");
  unsigned hours = input.digits(2);
  input.expect(":");
  unsigned minutes = input.digits(2);
  if (!input.good() || hours > 23 || minutes > 59) {
    return std::nullopt;
  }
  std::chrono::minutes offset{hours * 60 + minutes};
  return behind ? -offset : offset;
}

} // namespace

std::optional<timestamp> parse_timestamp(std::string_view text) {
  scanner input{text};
  auto year = static_cast<int>(input.digits(4));
  input.expect("-");
  unsigned month = input.digits(2);
  input.expect("-");
  unsigned day = input.digits(2);
  input.expect("Tt ");
  unsigned hour = input.digits(2);
  input.expect(":");
  unsigned minute = input.digits(2);
  input.expect(":");
  unsigned second = input.digits(2);
  std::chrono::microseconds fraction = input.accept(".") ? input.fraction() : std::chrono::microseconds{0};
  auto offset = zone_offset(input);
  std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  // A leap second is written as 60.
  bool in_range = hour < 24 && minute < 60 && second <= 60 && date.ok();
  if (!input.good() || !input.at_end() || !offset || !in_range) {
    return std::nullopt;
  }
  // Microseconds throughout: with a 32-bit long, minutes would overflow in the year 6053.
  const timestamp time = timestamp{std::chrono::sys_days{date}} + std::chrono::hours{hour} +
                         std::chrono::minutes{minute} + std::chrono::seconds{second} + fraction - *offset;
  // Its offset may have moved it to a year that cannot be written.
  constexpr timestamp first = std::chrono::sys_days{std::chrono::year{0} / 1 / 1};
  constexpr timestamp end = std::chrono::sys_days{std::chrono::year{10000} / 1 / 1};
  return first <= time && time < end ? std::optional{time} : std::nullopt;
}

std::string format_timestamp(timestamp time) {
  auto days = std::chrono::floor<std::chrono::days>(time);
  std::chrono::year_month_day date{days};
  std::chrono::hh_mm_ss clock{std::chrono::floor<milliseconds>(time - days)};
  std::string text;
  auto append = [&](auto number, std::size_t digits, std::string_view after) {
    std::string written = json::decimal(number);
    text.append(digits - std::min(digits, written.size()), '0').append(written).append(after);
  };
  append(static_cast<int>(date.year()), 4, "-");
  append(static_cast<unsigned>(date.month()), 2, "-");
  append(static_cast<unsigned>(date.day()), 2, "T");
  append(clock.hours().count(), 2, ":");
  append(clock.minutes().count(), 2, ":");
  append(clock.seconds().count(), 2, ".");
  append(clock.subseconds().count(), 3, "Z");
  return text;
}

} // namespace edge
