// Numbers as JSON writes them (RFC 8259 section 6), read without floating point.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace json {

// Whether a text is a number in JSON.
[[nodiscard]] bool is_number(std::string_view text) noexcept;

// The value of a number without fraction and exponent, if it fits in 64 bits.
[[nodiscard]] std::optional<std::int64_t> integer_of(std::string_view number) noexcept;

// The value of any number in thousandths, without what is finer, if it fits in 64 bits.
[[nodiscard]] std::optional<std::int64_t> thousandths_of(std::string_view number) noexcept;

// The digits of a number, with '-' if it is negative.
std::string decimal(std::uint64_t magnitude, bool negative);
// The same of any whole number. std::to_string would bring half a kilobyte of tables to every upload.
std::string decimal(std::integral auto number) {
  const auto bits = static_cast<std::uint64_t>(number);
  return std::cmp_less(number, 0) ? decimal(0 - bits, true) : decimal(bits, false);
}

} // namespace json
