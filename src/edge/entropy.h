// The random bytes that the host gave to one request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace edge {

class entropy {
public:
  // At least 64 bytes from the host's cryptographic generator.
  static constexpr std::size_t minimum = 64;
  explicit entropy(std::string bytes);

  // Bytes that nobody can guess, each given out once. There are enough for a few identifiers a request:
  // asking for more than is left is a fault of the program and traps.
  std::string take(std::size_t count);

  // A number from 0 up to but not including `bound`, good enough to spread retries, not to keep a secret.
  std::uint32_t below(std::uint32_t bound);

private:
  std::string bytes_;
  std::size_t taken_ = 0;
  std::uint64_t state_ = 0;
};

} // namespace edge
