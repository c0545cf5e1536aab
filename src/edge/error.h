// What can go wrong with something that was asked of the world outside. Errors are values.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace edge {

enum class error_kind : std::uint8_t {
  // The outcome is unknown: what was asked for may have taken effect.
  timeout,     // no answer before the deadline
  network,     // no connection, or it broke
  unavailable, // the other side answered 5xx, or the store failed
  malformed,   // an answer that cannot be understood

  // It did not take effect.
  throttled,    // 429
  unauthorized, // 401 or 403: our credentials or their permissions
  not_found,    // 404
  rejected,     // any other 4xx
  too_large,    // a body beyond its limit
  out_of_time,  // not begun, because it could not have finished inside the request's budget
  not_opened,   // a sealed value that is not what was sealed under that key for that place
};

// Plain data, for one is in every outcome that is handed up. Its texts are literals of the program: they
// never repeat what the other side said, for that may hold a secret.
struct error {
  error_kind kind;
  std::string_view what = {}; // the step in words fit for a person: "create the Mux live stream"
  std::string_view why = {};  // what was wrong, where that is known
  int status = 0;             // the HTTP status, where there was an answer
  std::int64_t code = 0;      // the other side's own number for it, where it has one
  std::optional<std::chrono::milliseconds> retry_after = std::nullopt;

  [[nodiscard]] bool effect_unknown() const { return kind <= error_kind::malformed; }
  // Worth another try: the same call may succeed later.
  [[nodiscard]] bool transient() const { return effect_unknown() || kind == error_kind::throttled; }
};

// What an operation gives that may fail.
template <class T>
using outcome = std::expected<T, error>;
using status = outcome<void>;

// Whether it failed because the other side has no such object.
template <class T>
bool is_not_found(const outcome<T>& what) {
  return !what && what.error().kind == error_kind::not_found;
}

// The step, and what is known of why it failed, in words.
std::string describe(const error& what);

// The same as a sentence without its end: "could not create the Mux live stream (status 503)".
std::string could_not(const error& what);

// A short name for logs and timings, such as "timeout".
const char* name_of(error_kind kind);

} // namespace edge
