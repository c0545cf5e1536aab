// A key or shared secret. It does not convert to text, so that it cannot get into a log or an answer by
// accident, and it compares in constant time.
#pragma once

#include "crypto/bytes.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace crypto {

class secret {
public:
  secret() noexcept = default;
  explicit secret(std::string bytes) noexcept : bytes_(std::move(bytes)) {}

  // The bytes, for a function that computes with them.
  [[nodiscard]] byte_view bytes() const noexcept { return bytes_; }
  // The same as text, for a request to the party that issued it, and for sealing.
  [[nodiscard]] std::string_view text() const noexcept { return bytes_; }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
  [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }

  // Whether what somebody sent is this secret. See constant_time_equal. An empty secret was never set and
  // matches nothing, not even an empty text.
  [[nodiscard]] bool matches(byte_view given) const noexcept {
    return constant_time_equal(given, bytes_) && !empty();
  }

private:
  std::string bytes_;
};

} // namespace crypto
