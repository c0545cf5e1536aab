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

} // namespace json
