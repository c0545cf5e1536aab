// The fate of one operation.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace simulation {

enum class fate : std::uint8_t {
  succeeds,
  // It did not take effect, and the Worker sees …
  breaks_before,      // a broken connection, or a failed store operation
  times_out_before,   // nothing until the timeout
  unavailable_before, // 503
  throttled,          // 429
  throttled_for_2_s,  // 429 with Retry-After
  refused,            // 400
  // It took effect, and the Worker sees …
  breaks_after,
  times_out_after,
  fails_after,   // 500
  garbled_after, // a success whose body is not JSON
  empty_after,   // a success without a body
  // The Worker dies …
  kills_before, // before it takes effect
  kills_after,  // after it took effect
  // The Worker sees nothing until the timeout, and it takes effect half a minute after that.
  late,
};

inline constexpr std::array failures{fate::breaks_before, fate::times_out_before,  fate::unavailable_before,
                                     fate::throttled,     fate::throttled_for_2_s, fate::refused,
                                     fate::breaks_after,  fate::times_out_after,   fate::fails_after,
                                     fate::garbled_after, fate::empty_after};

constexpr bool takes_effect(fate what) {
  return what == fate::succeeds ||
         (what >= fate::breaks_after && what != fate::kills_before && what != fate::late);
}
constexpr bool kills(fate what) { return what == fate::kills_before || what == fate::kills_after; }
constexpr bool times_out(fate what) {
  return what == fate::times_out_before || what == fate::times_out_after || what == fate::late;
}

constexpr std::string_view name_of(fate what) {
  constexpr std::array<std::string_view, 15> names{"succeeds",
                                                   "breaks before",
                                                   "times out before",
                                                   "unavailable before",
                                                   "throttled",
                                                   "throttled for 2 s",
                                                   "refused",
                                                   "breaks after",
                                                   "times out after",
                                                   "fails after",
                                                   "garbled after",
                                                   "empty after",
                                                   "kills before",
                                                   "kills after",
                                                   "takes effect too late"};
  return names[static_cast<std::size_t>(what)];
}

} // namespace simulation
