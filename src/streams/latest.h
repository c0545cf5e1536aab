// A value that was said at some time: of two, the one said later stands.
#pragma once

#include "edge/clock.h"

#include <algorithm>
#include <compare>
#include <optional>

namespace streams {

// Joining is commutative, associative and idempotent: of two that were said at the same time, the greater
// value stands, whichever came first.
template <class T>
class latest {
public:
  void join(edge::timestamp at, T value) { join(said{at, std::move(value)}); }
  void join(const latest& other) {
    if (other.said_) join(*other.said_);
  }

  bool known() const { return said_.has_value(); }
  explicit operator bool() const { return known(); }
  // Only where it is known.
  edge::timestamp at() const { return said_->at; } // NOLINT(bugprone-unchecked-optional-access)
  const T& value() const { return said_->value; }  // NOLINT(bugprone-unchecked-optional-access)

  bool operator==(const latest&) const = default;

private:
  struct said {
    edge::timestamp at;
    T value;
    auto operator<=>(const said&) const = default;
  };

  void join(said other) {
    if (!said_ || *said_ < other) said_ = std::move(other);
  }

  std::optional<said> said_;
};

} // namespace streams
