// Why a text was not accepted as JSON (RFC 8259).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace json {

enum class parse_error : std::uint8_t {
  // what the sender got wrong
  empty,               // the text holds nothing but white space
  not_utf8,            // a byte sequence in the text is not UTF-8
  malformed,           // the text breaks the JSON grammar, or something follows the value
  number_out_of_range, // a number fits neither in 64 bits as an integer nor in a double
  // our limits
  too_deep,      // arrays and objects nest deeper than document::max_depth
  too_large,     // the text is longer than the parser can address
  out_of_memory, // the parser could not get its buffers
};

// A sentence for the person who sent the text. Never fails; the text is static.
[[nodiscard]] std::string_view describe(parse_error error) noexcept;

// A place in a parsed JSON document: a view that is cheap to copy and valid for as long as its document is.
// Asking for what is not there gives an absent value, so that a path can be written as one chain and checked
// once, at its end: doc.root()["data"]["playback_ids"].at(0)["id"].text().

struct member;

class value {
public:
  // An absent value: exists() is false, and whatever is asked of it is absent too.
  value() noexcept = default;

  // The member of this object with that name; absent where this is no object or has no such member. Where a
  // name occurs twice, its first occurrence. Linear in the number of members.
  [[nodiscard]] value operator[](std::string_view name) const noexcept;
  value operator[](std::nullptr_t) const = delete; // object[0] would otherwise be a null name

  // The element of this array with that index; absent where this is no array or is shorter. Linear in index.
  [[nodiscard]] value at(std::size_t index) const noexcept;

  // The string, its escapes decoded: UTF-8, possibly with NUL inside. Nothing for any other type.
  [[nodiscard]] std::optional<std::string_view> text() const noexcept;

  // A number written without fraction and exponent that fits. Nothing for 1.0, 1e3, 2^63 or any other type.
  [[nodiscard]] std::optional<std::int64_t> integer() const noexcept;

  // Any number, to the nearest double; always finite. Nothing for any other type.
  [[nodiscard]] std::optional<double> number() const noexcept;

  // true or false. Nothing for any other type.
  [[nodiscard]] std::optional<bool> boolean() const noexcept;

  [[nodiscard]] bool exists() const noexcept { return place_[0] != 0; } // null exists
  [[nodiscard]] bool is_null() const noexcept;
  [[nodiscard]] bool is_object() const noexcept;
  [[nodiscard]] bool is_array() const noexcept;

  // The elements of this array in their order; none where this is no array.
  [[nodiscard]] std::vector<value> elements() const;

  // The members of this object in their order, repeated names included; none where this is no object.
  [[nodiscard]] std::vector<member> members() const;

  // Whether two members of this object (not of objects inside it) have the same name once escapes are
  // decoded: RFC 8259 section 4 leaves the meaning open, RFC 7519 section 4 has tokens refused for it.
  [[nodiscard]] bool has_duplicate_names() const;

private:
  friend class document;
  friend struct value_access;

  // The parser's own two-word handle, kept as words: its header is 5 MB and stays inside this folder.
  std::array<std::uintptr_t, 2> place_{};
};

// One member of an object. Both parts are views into the document.
struct member {
  std::string_view name;
  json::value value;
};

// JSON from outside, read by simdjson's DOM: the whole text is checked (grammar, UTF-8, numbers, depth)
// before anybody sees a value of it (RFC 8259).

class document {
public:
  // How deep arrays and objects may nest. Nothing that we read nests deeper than eight.
  static constexpr std::size_t max_depth = 64;

  // Takes one JSON value of any type with nothing but white space around it; a byte order mark in front of it
  // is skipped. The text is copied and may go away. Gives the document, or what is wrong with the text. The
  // length is for the caller to cap: memory grows to fifteen times the text while it is read, and stays at
  // ten.
  [[nodiscard]] static std::expected<document, parse_error> parse(std::string_view text);

  document(document&&) noexcept;
  document& operator=(document&&) noexcept;
  ~document();

  // The value the text holds. It, and all that is reached from it, lives as long as this document, also when
  // the document is moved.
  [[nodiscard]] value root() const noexcept;

private:
  struct tape;
  explicit document(std::unique_ptr<tape> parsed) noexcept;

  std::unique_ptr<tape> tape_;
};

} // namespace json
