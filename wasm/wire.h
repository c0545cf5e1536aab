// Reads and writes the wire format of abi.h.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace wire {

// The host writes well-formed messages; one that is not is a fault of the program, and traps.
class reader {
public:
  explicit reader(std::string_view message) : rest_(message) {}

  std::uint32_t number() {
    std::uint32_t value = 0;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  // Valid as long as the message.
  std::string_view view() { return take(number()); }
  std::string bytes() { return std::string{view()}; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

private:
  std::string_view take(std::size_t count) {
    if (rest_.size() < count) {
      __builtin_trap();
    }
    std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  std::string_view rest_;
};

// Writes self-describing values.
class writer {
public:
  void number(std::uint32_t value) { tagged(0, value); }
  void text(std::string_view value) { counted(1, value); }
  void bytes(std::string_view value) { counted(2, value); }
  // The elements follow.
  void list(std::size_t count) { tagged(3, static_cast<std::uint32_t>(count)); }

  // The length of what was written, and what was written; the writer is empty afterwards.
  std::string take() {
    std::string whole;
    append(whole, static_cast<std::uint32_t>(values_.size()));
    whole += std::exchange(values_, {});
    return whole;
  }

private:
  static void append(std::string& to, std::uint32_t value) {
    to.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void tagged(std::uint32_t tag, std::uint32_t value) {
    append(values_, tag);
    append(values_, value);
  }
  void counted(std::uint32_t tag, std::string_view value) {
    tagged(tag, static_cast<std::uint32_t>(value.size()));
    values_ += value;
  }

  std::string values_;
};

} // namespace wire
