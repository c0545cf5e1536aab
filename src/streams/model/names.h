// The names under which an enumeration's values are stored: a table for both directions.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace streams {

template <class T, std::size_t count>
using names = std::array<std::pair<T, std::string_view>, count>;

// The name of a value in the table.
template <class T, std::size_t count>
std::string_view name_in(const names<T, count>& table, T value) {
  for (const auto& [known, name] : table) {
    if (known == value) {
      return name;
    }
  }
  __builtin_trap();
}

// The value of that name; nullopt for an unknown or missing name.
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
