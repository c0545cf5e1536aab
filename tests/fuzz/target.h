// What the fuzz targets share. A target defines `fuzz::run`; libFuzzer calls it with one input after another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <source_location>
#include <string>
#include <string_view>

namespace fuzz {

void run(std::string_view input);

// Ends the run if something that is promised does not hold. libFuzzer then keeps the input.
inline void require(bool holds, std::source_location where = std::source_location::current()) {
  if (!holds) {
    std::cerr << where.file_name() << ':' << where.line() << ": a promise is broken\n";
    std::abort();
  }
}

// Takes the first line away from `rest`, without the line break: inputs of several parts stay readable.
inline std::string_view take_line(std::string_view& rest) {
  const std::string_view line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(line.size() == rest.size() ? line.size() : line.size() + 1);
  return line;
}

// The text with one character replaced by another. Which one, and by which, depends on the input.
inline std::string with_one_change(std::string text, std::string_view input) {
  std::size_t hash = 0xcbf29ce484222325;
  for (const char each : input) {
    hash = (hash ^ static_cast<std::uint8_t>(each)) * 0x100000001b3;
  }
  char& place = text.at(hash % text.size());
  const auto other = static_cast<char>('!' + hash / text.size() % 94);
  place = other == place ? static_cast<char>(place ^ 1) : other;
  return text;
}

} // namespace fuzz
