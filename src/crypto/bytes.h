// The bytes that a cryptographic function reads, and their comparison in constant time.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace crypto {

// A view of bytes that the caller holds as text, a digest or a vector.
class byte_view {
public:
  byte_view() noexcept = default;

  template <std::convertible_to<std::string_view> T>
  byte_view(const T& text) noexcept {
    const std::string_view view = text;
    // The one cast between the two byte types of the language; both may look at any object.
    bytes_ = {reinterpret_cast<const std::uint8_t*>(view.data()), view.size()};
  }

  template <typename T>
    requires std::convertible_to<const T&, std::span<const std::uint8_t>>
  byte_view(const T& bytes) noexcept : bytes_(bytes) {}

  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
  [[nodiscard]] const std::uint8_t* data() const noexcept { return bytes_.data(); }
  [[nodiscard]] auto begin() const noexcept { return bytes_.begin(); }
  [[nodiscard]] auto end() const noexcept { return bytes_.end(); }
  std::uint8_t operator[](std::size_t index) const noexcept { return bytes_[index]; }

private:
  std::span<const std::uint8_t> bytes_;
};

// Compares what an attacker may have sent with what only we know. The time depends only on the length of
// `given`: not on the content of either, and not on the length of `expected`. Unequal lengths are allowed.
[[nodiscard]] bool constant_time_equal(byte_view given, byte_view expected) noexcept;

} // namespace crypto
