// JSON from outside, read by simdjson's DOM: the whole text is checked (grammar, UTF-8, numbers, depth)
// before anybody sees a value of it (RFC 8259).
#pragma once

#include "json/parse_error.h"
#include "json/value.h"

#include <cstddef>
#include <expected>
#include <memory>
#include <string_view>

namespace json {

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
