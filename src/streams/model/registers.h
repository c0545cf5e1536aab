// A value that was said at some time: of two, the one said later stands.
#pragma once

#include "edge/clock.h"
#include "json/reader.h"
#include "json/writer.h"

#include <algorithm>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

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

// How values that were said at some time are written into a record, and read from it: times in microseconds
// since 1970, and a value with its time as an array of the two.

inline std::int64_t number_of(edge::timestamp at) { return at.time_since_epoch().count(); }

inline edge::timestamp time_of(std::int64_t number) {
  return edge::timestamp{std::chrono::microseconds{number}};
}

inline void write_time(json::object& to, std::string_view name, const latest<std::monostate>& from) {
  if (from) to.set(name, number_of(from.at()));
}

inline void read_time(const json::value& from, latest<std::monostate>& to) {
  if (auto at = from.integer()) to.join(time_of(*at), {});
}

template <class T>
json::array said(const latest<T>& what) {
  return json::array().add(number_of(what.at())).add(what.value());
}

inline std::optional<edge::timestamp> time_said(const json::value& from) {
  return from.at(0).integer().transform(time_of);
}

inline void read_text(const json::value& from, latest<std::string>& to) {
  if (auto at = time_said(from)) to.join(*at, std::string{from.at(1).text().value_or("")});
}

} // namespace streams
