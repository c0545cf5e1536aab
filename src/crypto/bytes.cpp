// A comparison that looks at every byte that was given.
#include "crypto/bytes.h"

#include <cstddef>

namespace crypto {

namespace {

// Keeps the compiler from seeing through a value, and so from leaving the loop once the outcome is known.
std::size_t opaque(std::size_t value) noexcept {
  __asm__ volatile("" : "+r"(value));
  return value;
}

} // namespace

bool constant_time_equal(byte_view given, byte_view expected) noexcept {
  if (expected.size() == 0) {
    return given.size() == 0; // there is no secret to keep, and the loop below needs a byte to read
  }
  std::size_t difference = given.size() ^ expected.size();
  // Beyond the end of `expected`, its first byte stands in. The lengths have already decided then. The loop
  // goes on so that it takes as long as for any other text of this length.
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::size_t inside = opaque(std::size_t{0} - static_cast<std::size_t>(i < expected.size()));
    difference = opaque(difference | static_cast<std::size_t>(given[i] ^ expected[i & inside]));
  }
  return difference == 0;
}

} // namespace crypto
