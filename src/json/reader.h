// JSON from outside (RFC 8259), read by simdjson. The whole text is checked (grammar, UTF-8, depth) before
// anyone sees a value of it. A number of any size is accepted: it matters only where it is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace json {

// Why a text was not accepted as JSON.
enum class parse_error : std::uint8_t {
  // the sender's mistakes
  empty,     // the text holds nothing but white space
  not_utf8,  // a byte sequence in the text is not UTF-8
  malformed, // the text breaks the JSON grammar, or something follows the value
  // our limits
  too_deep,      // arrays and objects nest deeper than document::max_depth
  too_large,     // the text is longer than the parser can address
  out_of_memory, // the parser could not get its buffers
};

// A sentence for the person who sent the text. Never fails; the text is static.
[[nodiscard]] std::string_view describe(parse_error error) noexcept;

// A value in a parsed document: a view that is cheap to copy and valid as long as its document. A member or
// element that does not exist is an absent value, so that a path can be written as one chain and checked
// once, at its end: doc.root()["data"]["playback_ids"].at(0)["id"].text().

struct member;
struct node;

class value {
public:
  // An absent value: exists() is false, and so it is for all its members and elements.
  value() noexcept = default;

  // The member of this object with that name, and the first one if there are several. Linear in the number of
  // members.
  [[nodiscard]] value operator[](std::string_view name) const noexcept;
  value operator[](std::nullptr_t) const = delete; // object[0] would otherwise be a null name

  // The element of this array with that index. Linear in the index.
  [[nodiscard]] value at(std::size_t index) const noexcept;

  // A string, with its escapes decoded: UTF-8, possibly with NUL inside. Nothing for any other type.
  [[nodiscard]] std::optional<std::string_view> text() const noexcept;

  // A number written without fraction and exponent that fits. Nothing for 1.0, 1e3, 2^63 or any other type.
  [[nodiscard]] std::optional<std::int64_t> integer() const noexcept;

  // Any number in thousandths, without what is finer: 12345 for 12.3456 and for 1.2345e1. Nothing for one
  // that does not fit in 64 bits or any other type.
  [[nodiscard]] std::optional<std::int64_t> thousandths() const noexcept;

  // Any number as it is written. Nothing for any other type.
  [[nodiscard]] std::optional<std::string_view> number() const noexcept;

  // The text of a string. Empty for any other type.
  [[nodiscard]] std::string text_or_empty() const { return std::string{text().value_or("")}; }

  // true or false. Nothing for any other type.
  [[nodiscard]] std::optional<bool> boolean() const noexcept;

  [[nodiscard]] bool exists() const noexcept { return node_ != nullptr; } // null exists
  [[nodiscard]] bool is_null() const noexcept;
  [[nodiscard]] bool is_object() const noexcept;
  [[nodiscard]] bool is_array() const noexcept;

  // The elements of this array in their order. Empty for any other type.
  [[nodiscard]] std::vector<value> elements() const;

  // The members of this object in their order, including repeated names. Empty for any other type.
  [[nodiscard]] std::vector<member> members() const;

  // Whether two members of this object (not of objects inside it) have the same name after decoding escapes.
  // RFC 8259 section 4 leaves the meaning open; RFC 7519 section 4 requires that such tokens are refused.
  [[nodiscard]] bool has_duplicate_names() const;

private:
  friend class document;

  explicit value(const node* where) noexcept : node_(where) {}

  const node* node_ = nullptr;
};

// A member of an object. Both parts are views into the document.
struct member {
  std::string_view name;
  json::value value;
};

class document {
public:
  // How deeply arrays and objects may be nested. The deepest that we read has eight levels.
  static constexpr std::size_t max_depth = 64;

  // Reads one JSON value of any type with only white space around it. A byte order mark before it is skipped.
  // The text is copied. The caller must limit its length: a document keeps up to seventeen times as much
  // memory.
  [[nodiscard]] static std::expected<document, parse_error> parse(std::string_view text);

  // The same for a text whose sender will not mend it, and of which a part is needed: half of a surrogate
  // pair is read as U+FFFD, what nests too deeply as null, and in a text that is not UTF-8 each byte beyond
  // ASCII as
  // '?'.
  [[nodiscard]] static std::expected<document, parse_error> parse_leniently(std::string_view text);

  document(document&&) noexcept;
  document& operator=(document&&) noexcept;
  ~document();

  // The value of the text. It is valid, with all values reached from it, as long as this document, also after
  // the document is moved.
  [[nodiscard]] value root() const noexcept;

private:
  struct content;
  explicit document(std::unique_ptr<content> parsed) noexcept;
  static std::expected<document, parse_error> parse(std::string_view text, bool is_lenient);

  std::unique_ptr<content> content_;
};

} // namespace json
