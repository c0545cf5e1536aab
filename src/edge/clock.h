// Points in time as the core uses them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace edge {

using milliseconds = std::chrono::milliseconds;
// Microseconds since 1970-01-01T00:00:00Z: the finest that Mux sends, and finer than order needs.
using timestamp = std::chrono::sys_time<std::chrono::microseconds>;

// Reads an RFC 3339 time with any number of fractional digits; what is finer than a microsecond is cut off.
std::optional<timestamp> parse_timestamp(std::string_view text);

// Writes an RFC 3339 time in UTC with milliseconds.
std::string format_timestamp(timestamp time);

} // namespace edge
