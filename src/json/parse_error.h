// Why a text was not accepted as JSON (RFC 8259).
#pragma once

#include <cstdint>
#include <string_view>

namespace json {

enum class parse_error : std::uint8_t {
  // what the sender got wrong
  empty,               // the text holds nothing but white space
  not_utf8,            // a byte sequence in the text is not UTF-8
  malformed,           // the text breaks the JSON grammar, or something follows the value
  number_out_of_range, // a number fits neither in 64 bits as an integer nor in a double
  // our limits
  too_deep,      // arrays and objects nest deeper than document::max_depth
  too_large,     // the text is longer than the parser can address
  out_of_memory, // the parser could not get its buffers
};

// A sentence for the person who sent the text. Never fails; the text is static.
[[nodiscard]] std::string_view describe(parse_error error) noexcept;

} // namespace json
