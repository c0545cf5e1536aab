// The random bytes of one request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace edge {

class entropy {
public:
  // At least 64 bytes from the host's cryptographic generator.
  static constexpr std::size_t minimum = 64;
  explicit entropy(std::string bytes);

  // Unpredictable bytes, each used once. They suffice for a few identifiers per request; asking for more than
  // are left is a bug and traps.
  std::string take(std::size_t count);

  // A number below `bound`: random enough to spread retries, but not for secrets.
  std::uint32_t below(std::uint32_t bound);

private:
  std::string bytes_;
  std::size_t taken_ = 0;
  std::uint64_t state_ = 0;
};

} // namespace edge
