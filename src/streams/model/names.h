// The names under which values of an enumeration are stored: a table that is read in both directions.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace streams {

template <class T, std::size_t count>
using names = std::array<std::pair<T, std::string_view>, count>;

// The name of a value that stands in the table.
template <class T, std::size_t count>
std::string_view name_in(const names<T, count>& table, T value) {
  for (const auto& [known, name] : table) {
    if (known == value) {
      return name;
    }
  }
  __builtin_trap();
}

// The value of that name; nothing for a name that does not stand in the table, or where there is none.
template <class T, std::size_t count>
std::optional<T> named_in(const names<T, count>& table, std::optional<std::string_view> wanted) {
  for (const auto& [known, name] : table) {
    if (name == wanted) {
      return known;
    }
  }
  return std::nullopt;
}

} // namespace streams
