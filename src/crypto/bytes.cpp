// A comparison that always looks at every byte that was given.
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
    return given.size() == 0; // nothing to keep: and the loop below needs a byte to look at
  }
  std::size_t difference = given.size() ^ expected.size();
  // Beyond the end of the shorter one, the longer is compared with the first byte: the lengths have already
  // decided, and the loop goes on only so that it takes as long as any other text of this length.
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::size_t inside = opaque(std::size_t{0} - static_cast<std::size_t>(i < expected.size()));
    difference = opaque(difference | static_cast<std::size_t>(given[i] ^ expected[i & inside]));
  }
  return difference == 0;
}

} // namespace crypto
