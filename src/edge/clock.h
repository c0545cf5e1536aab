// Points in time.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace edge {

using milliseconds = std::chrono::milliseconds;
// Microseconds since 1970-01-01T00:00:00Z: Mux sends nothing finer.
using timestamp = std::chrono::sys_time<std::chrono::microseconds>;

// How times are stored: as whole microseconds since 1970.
constexpr std::int64_t to_microseconds(timestamp time) { return time.time_since_epoch().count(); }
constexpr timestamp from_microseconds(std::int64_t microseconds) {
  return timestamp{std::chrono::microseconds{microseconds}};
}

// Reads an RFC 3339 time with any number of fractional digits; digits after the sixth are dropped.
std::optional<timestamp> parse_timestamp(std::string_view text);

// Writes an RFC 3339 time in UTC with milliseconds.
std::string format_timestamp(timestamp time);

} // namespace edge
