// json::document on simdjson's DOM parser.
#include "json/document.h"

#include "json/value_access.h"

#include <utility>

namespace json {
namespace {

parse_error translated(simdjson::error_code code) noexcept {
  switch (code) {
  case simdjson::EMPTY: return parse_error::empty;
  case simdjson::UTF8_ERROR: return parse_error::not_utf8;
  case simdjson::NUMBER_OUT_OF_RANGE: return parse_error::number_out_of_range;
  case simdjson::DEPTH_ERROR: return parse_error::too_deep;
  case simdjson::CAPACITY: return parse_error::too_large;
  case simdjson::MEMALLOC: return parse_error::out_of_memory;
  default: return parse_error::malformed;
  }
}

} // namespace

struct document::tape {
  simdjson::dom::document parsed;
};

document::document(std::unique_ptr<tape> parsed) noexcept : tape_(std::move(parsed)) {}
document::document(document&&) noexcept = default;
document& document::operator=(document&&) noexcept = default;
document::~document() = default;

std::expected<document, parse_error> document::parse(std::string_view text) {
  // The parser's working buffers are needed only here; what the values are read from is the document alone.
  simdjson::dom::parser parser;
  auto result = std::make_unique<tape>();
  if (const auto error = parser.allocate(text.size(), max_depth); error != simdjson::SUCCESS) {
    return std::unexpected(translated(error));
  }
  // simdjson reads whole blocks: it copies the text to where there is room behind it.
  const auto root = parser.parse_into_document(result->parsed, text.data(), text.size(), true);
  if (root.error() != simdjson::SUCCESS) {
    return std::unexpected(translated(root.error()));
  }
  return document(std::move(result));
}

value document::root() const noexcept { return value_access::view(tape_->parsed.root()); }

} // namespace json
