// Numbers as JSON writes them (RFC 8259 section 6), read without floating point.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace json {

// Whether a text is a number in JSON.
[[nodiscard]] bool is_number(std::string_view text) noexcept;

// The value of a number without fraction and exponent, if it fits in 64 bits.
[[nodiscard]] std::optional<std::int64_t> integer_of(std::string_view number) noexcept;

// The value of any number in thousandths, without what is finer, if it fits in 64 bits.
[[nodiscard]] std::optional<std::int64_t> thousandths_of(std::string_view number) noexcept;

} // namespace json
