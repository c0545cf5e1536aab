// How values that were said at some time are written into a record, and read from it: times in microseconds
// since 1970, and a value with its time as an array of the two.
#pragma once

#include "edge/clock.h"
#include "json/array.h"
#include "json/object.h"
#include "json/value.h"
#include "streams/latest.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace streams {

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
