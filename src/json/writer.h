// JSON being written (RFC 8259). An object or array is one text that grows by what is set or added, in that
// order:
//
//   std::string body = json::object().set("id", id).set("tags", json::array().add("a").add(2)).dump();
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace json {

class object;
class array;

// The integer types that are numbers to a reader: not bool and not characters.
template <typename T>
concept whole_number =
    std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> && !std::same_as<T, wchar_t> &&
    !std::same_as<T, char8_t> && !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

template <typename T>
concept optional_value =
    std::same_as<std::remove_cvref_t<T>, std::optional<typename std::remove_cvref_t<T>::value_type>>;

// A value that is JSON already.
struct written {
  std::string_view json;
};

// What can be written: the type of the last parameter of object::set and array::add. It refers to what it was
// made from, so it lives no longer than the call.
class item {
public:
  item(std::nullptr_t) noexcept {}

  template <std::same_as<bool> T>
  item(T truth) noexcept : content_(truth) {}

  template <whole_number T>
  item(T number) noexcept {
    if constexpr (std::is_signed_v<T>) {
      content_ = std::int64_t{number};
    } else {
      content_ = std::uint64_t{number};
    }
  }

  // A duration is written in seconds.
  item(std::chrono::milliseconds duration) noexcept : content_(duration) {}

  item(written json) noexcept : content_(json) {}

  // Text in UTF-8. Bytes that are not UTF-8 are written as U+FFFD.
  item(std::string_view text) noexcept : content_(text) {}
  item(const char* text) noexcept : content_(std::string_view{text}) {}
  item(const std::string& text [[clang::lifetimebound]]) noexcept : content_(std::string_view{text}) {}

  item(const std::vector<std::string>& texts [[clang::lifetimebound]]) noexcept : content_(&texts) {}

  // An inner object or array is moved into the outer one.
  item(object&& inner [[clang::lifetimebound]]) noexcept;
  item(array&& inner [[clang::lifetimebound]]) noexcept;

  // The value of the optional, or null.
  template <optional_value T>
  item(T&& maybe) : item(maybe ? item(*std::forward<T>(maybe)) : item(nullptr)) {}

private:
  friend class object;
  friend class array;

  struct nested {
    std::string* text;
    char open;
    char close;
  };

  [[nodiscard]] bool is_null() const noexcept { return std::holds_alternative<std::nullptr_t>(content_); }

  // Begins the next element of a text that begins with `open`; then writes its name, if it has one; then
  // this.
  void append_to(std::string& text, char open, const std::string_view* name) const;

  std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, std::chrono::milliseconds, written,
               std::string_view, const std::vector<std::string>*, nested>
      content_; // null to begin with
};

// A JSON array being written.
class array {
public:
  // Appends an element.
  array& add(const item& what) & {
    append(what);
    return *this;
  }
  array&& add(const item& what) && {
    append(what);
    return std::move(*this);
  }

  // The JSON text, without white space, in UTF-8.
  [[nodiscard]] std::string dump(this array self);

private:
  friend class item;

  void append(const item& what);

  std::string text_; // without the closing bracket; empty while nothing has been added
};

// A JSON object being written. Each name is set at most once.
class object {
public:
  // Appends a member.
  object& set(std::string_view name, const item& what) & {
    append(name, what);
    return *this;
  }
  object&& set(std::string_view name, const item& what) && {
    append(name, what);
    return std::move(*this);
  }

  // The same, but leaves the member out where `set` would write null.
  object& set_if(std::string_view name, const item& what) & {
    append_unless_null(name, what);
    return *this;
  }
  object&& set_if(std::string_view name, const item& what) && {
    append_unless_null(name, what);
    return std::move(*this);
  }

  // The JSON text, without white space, in UTF-8.
  [[nodiscard]] std::string dump(this object self);

private:
  friend class item;

  void append(std::string_view name, const item& what);
  void append_unless_null(std::string_view name, const item& what);

  std::string text_; // without the closing brace; empty while nothing has been set
};

static_assert(std::is_trivially_destructible_v<item>);

} // namespace json
