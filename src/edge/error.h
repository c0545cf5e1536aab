// Errors of operations outside the core. Errors are values.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace edge {

enum class error_kind : std::uint8_t {
  // Unknown outcome: the operation may have taken effect.
  timeout,     // no response before the deadline
  network,     // no connection, or it broke
  unavailable, // the other side answered 5xx, or the store failed
  malformed,   // an unexpected response

  // The operation did not take effect.
  throttled,    // 429
  unauthorized, // 401 or 403: our credentials or their permissions
  not_found,    // 404
  rejected,     // any other 4xx
  too_large,    // a body beyond its limit
  out_of_time,  // not begun, for lack of time or calls in the budget
  not_opened,   // a sealed value that was altered or moved, or whose key is missing
};

// Small, because every outcome holds one. The texts are literals of the program; they never repeat the other
// side's words, which may contain a secret.
struct error {
  error_kind kind;
  std::string_view what = {}; // the step, in words for a person: "create the Mux live stream"
  std::string_view why = {};  // what was wrong, if known
  int status = 0;             // the HTTP status, if there was a response
  std::int64_t code = 0;      // the other side's error code, if it has one
  std::optional<std::chrono::milliseconds> retry_after = std::nullopt;

  [[nodiscard]] bool effect_unknown() const { return kind <= error_kind::malformed; }
  // The same call may succeed later.
  [[nodiscard]] bool transient() const { return effect_unknown() || kind == error_kind::throttled; }
};

// The result of an operation that may fail.
template <class T>
using outcome = std::expected<T, error>;
using status = outcome<void>;

// Whether it failed because the other side has no such object.
template <class T>
bool is_not_found(const outcome<T>& what) {
  return !what && what.error().kind == error_kind::not_found;
}

// The step and the known reason, in words.
std::string describe(const error& what);

// The same as a sentence without a full stop: "could not create the Mux live stream (status 503)".
std::string could_not(const error& what);

// A short name for logs and timings, such as "timeout".
const char* name_of(error_kind kind);

} // namespace edge
