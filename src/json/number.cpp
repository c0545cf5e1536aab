#include "json/number.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <system_error>

namespace json {

namespace {

bool is_digit(char each) noexcept { return each >= '0' && each <= '9'; }

// The parts of a number.
struct parts {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  std::string_view exponent; // with its sign
};

// Takes a text if it stands at the front.
bool take(std::string_view& from, std::string_view wanted) noexcept {
  const bool found = from.starts_with(wanted);
  from.remove_prefix(found ? wanted.size() : 0);
  return found;
}

std::string_view take_digits(std::string_view& from) noexcept {
  const auto count = static_cast<std::size_t>(std::ranges::find_if_not(from, is_digit) - from.begin());
  const std::string_view digits = from.substr(0, count);
  from.remove_prefix(count);
  return digits;
}

std::optional<parts> parts_of(std::string_view text) noexcept {
  parts found{.negative = take(text, "-"), .whole = take_digits(text), .fraction = {}, .exponent = {}};
  bool valid = found.whole == "0" || (!found.whole.empty() && found.whole.front() != '0');
  if (take(text, ".")) {
    found.fraction = take_digits(text);
    valid = valid && !found.fraction.empty();
  }
  if (take(text, "e") || take(text, "E")) {
    found.exponent = text;
    if (!take(text, "-") && take(text, "+")) {
      found.exponent = text;
    }
    valid = valid && !take_digits(text).empty();
  }
  return valid && text.empty() ? std::optional(found) : std::nullopt;
}

// Adds a decimal digit. Gives false if the value would not fit in 64 bits.
bool push(std::int64_t& to, char digit) noexcept {
  return !__builtin_mul_overflow(to, 10, &to) && !__builtin_add_overflow(to, digit - '0', &to);
}

} // namespace

bool is_number(std::string_view text) noexcept { return parts_of(text).has_value(); }

std::optional<std::int64_t> integer_of(std::string_view number) noexcept {
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  return error == std::errc{} && stop == number.data() + number.size() ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> thousandths_of(std::string_view number) noexcept {
  const auto read = parts_of(number);
  if (!read) {
    return std::nullopt;
  }
  constexpr std::int64_t far = 1'000'000'000'000;
  const bool shrinks = read->exponent.starts_with('-');
  const std::int64_t exponent =
      read->exponent.empty() ? 0 : integer_of(read->exponent).value_or(shrinks ? -far : far);
  const std::int64_t point = std::ssize(read->whole) + std::clamp(exponent, -far, far) + 3;
  const std::int64_t written = std::ssize(read->whole) + std::ssize(read->fraction);
  std::int64_t value = 0;
  for (std::int64_t i = 0; i < point && (i < written || value != 0); ++i) {
    const auto place = static_cast<std::size_t>(i);
    const char digit = i >= written                 ? '0'
                       : place < read->whole.size() ? read->whole[place]
                                                    : read->fraction[place - read->whole.size()];
    if (!push(value, digit)) {
      return std::nullopt;
    }
  }
  return read->negative ? -value : value;
}

std::string decimal(std::uint64_t magnitude, bool negative) {
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + magnitude % 10));
    magnitude /= 10;
  } while (magnitude > 0);
  return negative ? '-' + digits : digits;
}

} // namespace json
