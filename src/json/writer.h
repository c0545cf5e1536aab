// What can be written into a JSON object or array: the type of the last parameter of object::set and
// array::add. Made at the call and gone after it; nobody keeps one, since it looks at the strings it was
// given.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
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

// The tree of the library that does the writing; only this folder's sources see what is in it.
struct node;
struct node_deleter {
  void operator()(node* tree) const noexcept;
};
using node_ptr = std::unique_ptr<node, node_deleter>;

// The integer types that are numbers to a reader: not bool and not characters.
template <typename T>
concept whole_number =
    std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> && !std::same_as<T, wchar_t> &&
    !std::same_as<T, char8_t> && !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

template <typename T>
concept optional_value =
    std::same_as<std::remove_cvref_t<T>, std::optional<typename std::remove_cvref_t<T>::value_type>>;

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

  // JSON knows no infinity and no NaN: those become null.
  item(double number) noexcept : content_(number) {}

  // Text in UTF-8; what is not UTF-8 in it is written as U+FFFD.
  template <std::convertible_to<std::string_view> T>
  item(const T& text) noexcept : content_(std::in_place_type<std::string_view>, text) {}

  item(const std::vector<std::string>& texts);
  item(object&& inner) noexcept;
  item(array&& inner) noexcept;

  // What the optional holds, or null.
  template <optional_value T>
  item(T&& maybe) : item(maybe ? item(*std::forward<T>(maybe)) : item(nullptr)) {}

private:
  friend class object;
  friend class array;
  friend struct node;

  std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string_view, node_ptr>
      content_; // null to begin with
};

// A JSON array being written (RFC 8259). std::string body = json::array().add(1).add("two").dump();

class array {
public:
  // Appends an element. See json::item for what can be written, and object::set for the depth.
  template <typename Self>
  Self&& add(this Self&& self, item what) {
    self.append(std::move(what));
    return std::forward<Self>(self);
  }

  // The JSON text, without white space, in UTF-8. Never fails.
  [[nodiscard]] std::string dump() const;

private:
  friend class item;

  void append(item what);

  node_ptr tree_; // null while nothing has been added
};

// A JSON object being written (RFC 8259): members appear in the order in which they were first set.
// std::string body = json::object().set("id", id).set("count", 3).set("inner", std::move(inner)).dump();

class object {
public:
  // Writes a member; a name set before gets the new value in its old place. See json::item for what can be
  // written. An object or array is moved in; one that would nest deeper than array and object allow (64)
  // becomes null. Gives the object back, to go on setting.
  template <typename Self>
  Self&& set(this Self&& self, std::string_view name, item what) {
    self.put(name, std::move(what));
    return std::forward<Self>(self);
  }

  // The same where there is a value; without one the member is left out (where set would write null).
  template <typename Self, optional_value T>
  Self&& set_if(this Self&& self, std::string_view name, T&& maybe) {
    if (maybe) {
      self.put(name, item(*std::forward<T>(maybe)));
    }
    return std::forward<Self>(self);
  }

  // The JSON text, without white space, in UTF-8. Never fails.
  [[nodiscard]] std::string dump() const;

private:
  friend class item;

  void put(std::string_view name, item what);

  node_ptr tree_; // null while nothing has been set
};

} // namespace json
