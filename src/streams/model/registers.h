// Last-writer-wins registers: the state that facts fold into. A class names each of its registers once, in a
// table; joining and JSON follow from the table.
#pragma once

#include "edge/clock.h"
#include "json/reader.h"
#include "json/writer.h"

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>

namespace streams {

// A value and the time at which somebody said it. Joining keeps the later value, and the greater one of two
// with the same time, so it is commutative, associative and idempotent.
template <class T>
class latest {
public:
  void join(edge::timestamp at, T value) { join(entry{at, std::move(value)}); }
  void join(const latest& other) {
    if (other.entry_) {
      join(*other.entry_);
    }
  }

  [[nodiscard]] bool known() const { return entry_.has_value(); }
  explicit operator bool() const { return known(); }
  // Only when known.
  // NOLINTBEGIN(bugprone-unchecked-optional-access)
  [[nodiscard]] edge::timestamp at() const { return entry_->at; }
  [[nodiscard]] const T& value() const { return entry_->value; }
  // NOLINTEND(bugprone-unchecked-optional-access)

  bool operator==(const latest&) const = default;

private:
  struct entry {
    edge::timestamp at;
    T value;
    auto operator<=>(const entry&) const = default;
  };

  void join(entry other) {
    if (!entry_ || *entry_ < other) {
      entry_ = std::move(other);
    }
  }

  std::optional<entry> entry_;
};

// A register that only holds a time.
using moment = latest<std::monostate>;

// A register of a class, and the name of its JSON member.
template <class Owner, class T>
struct named_register {
  std::string_view name;
  latest<T> Owner::* member;
};

// JSON: a moment is a time in microseconds since 1970; any other register is an array of time and value. An
// unknown register is left out. `read_register` ignores what `write_register` does not write. A class with a
// register of another type overloads both.
void write_register(json::object& to, std::string_view name, const moment& from);
void write_register(json::object& to, std::string_view name, const latest<std::string>& from);
void write_register(json::object& to, std::string_view name, const latest<bool>& from);
void write_register(json::object& to, std::string_view name, const latest<edge::milliseconds>& from);
void write_register(json::object& to, std::string_view name,
                    const latest<std::optional<edge::timestamp>>& from);
void read_register(const json::value& from, moment& to);
void read_register(const json::value& from, latest<std::string>& to);
void read_register(const json::value& from, latest<bool>& to);
void read_register(const json::value& from, latest<edge::milliseconds>& to);
void read_register(const json::value& from, latest<std::optional<edge::timestamp>>& to);

// For the overloads: the array of time and value, and the time in it.
json::array time_and_value(edge::timestamp at, json::item value);
std::optional<edge::timestamp> time_in(const json::value& time_and_value);

// These apply to every register of a table, a std::tuple of named_register.

template <class Table, class Owner>
void join_registers(const Table& table, Owner& to, const Owner& from) {
  std::apply([&](const auto&... each) { ((to.*each.member).join(from.*each.member), ...); }, table);
}

template <class Table, class Owner>
void write_registers(const Table& table, json::object& to, const Owner& from) {
  std::apply([&](const auto&... each) { (write_register(to, each.name, from.*each.member), ...); }, table);
}

template <class Table, class Owner>
void read_registers(const Table& table, const json::value& from, Owner& to) {
  std::apply([&](const auto&... each) { (read_register(from[each.name], to.*each.member), ...); }, table);
}

} // namespace streams
