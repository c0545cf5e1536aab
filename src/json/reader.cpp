#include "json/reader.h"

#include <algorithm>
#include <bit>
#include <set>
#include <simdjson.h>
#include <type_traits>
#include <utility>

namespace json {

// Converts between json::value's two words and simdjson's element.
struct value_access {
  // An element is a pointer to its document and an index into its tape. simdjson has no other form to keep
  // one.
  static_assert(std::is_trivially_copyable_v<simdjson::dom::element>);
  static_assert(sizeof(simdjson::dom::element) == sizeof(value::place_));

  static simdjson::dom::element element(const value& from) noexcept {
    return std::bit_cast<simdjson::dom::element>(from.place_);
  }

  static value view(simdjson::dom::element from) noexcept {
    value result;
    result.place_ = std::bit_cast<decltype(value::place_)>(from);
    return result;
  }

  // What simdjson found, or an absent value.
  static value view(simdjson::simdjson_result<simdjson::dom::element> found) noexcept {
    simdjson::dom::element element;
    return found.get(element) == simdjson::SUCCESS ? view(element) : value();
  }
};

std::string_view describe(parse_error error) noexcept {
  switch (error) {
  case parse_error::empty: return "The body is empty: send a JSON value.";
  case parse_error::not_utf8: return "The body is not UTF-8: encode it as UTF-8.";
  case parse_error::malformed: return "The body is not JSON: check quotes, commas and brackets.";
  case parse_error::number_out_of_range: return "A number is too large: send it as a string.";
  case parse_error::too_deep: return "Arrays and objects are nested too deeply: flatten the body.";
  case parse_error::too_large: return "The body is too large: send less.";
  case parse_error::out_of_memory: return "The body could not be read for lack of memory: try again.";
  }
  return "The body is not JSON.";
}

namespace {

// The value as one of simdjson's types. An absent value has no document to ask.
template <typename T>
std::optional<T> as(const value& from) noexcept {
  T result;
  if (!from.exists() || value_access::element(from).get(result) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  return result;
}

} // namespace

value value::operator[](std::string_view name) const noexcept {
  const auto object = as<simdjson::dom::object>(*this);
  return object ? value_access::view(object->at_key(name)) : value();
}

value value::at(std::size_t index) const noexcept {
  const auto array = as<simdjson::dom::array>(*this);
  return array ? value_access::view(array->at(index)) : value();
}

std::optional<std::string_view> value::text() const noexcept { return as<std::string_view>(*this); }

std::optional<std::int64_t> value::integer() const noexcept { return as<std::int64_t>(*this); }

std::optional<double> value::number() const noexcept { return as<double>(*this); }

std::optional<bool> value::boolean() const noexcept { return as<bool>(*this); }

bool value::is_null() const noexcept { return exists() && value_access::element(*this).is_null(); }

bool value::is_object() const noexcept { return exists() && value_access::element(*this).is_object(); }

bool value::is_array() const noexcept { return exists() && value_access::element(*this).is_array(); }

std::vector<value> value::elements() const {
  std::vector<value> result;
  if (const auto array = as<simdjson::dom::array>(*this)) {
    for (const simdjson::dom::element element : *array) {
      result.push_back(value_access::view(element));
    }
  }
  return result;
}

std::vector<member> value::members() const {
  std::vector<member> result;
  if (const auto object = as<simdjson::dom::object>(*this)) {
    for (const simdjson::dom::key_value_pair& pair : *object) {
      result.push_back({.name = pair.key, .value = value_access::view(pair.value)});
    }
  }
  return result;
}

bool value::has_duplicate_names() const {
  std::set<std::string_view> names;
  return std::ranges::any_of(members(), [&](const member& each) { return !names.insert(each.name).second; });
}

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
  // The parser's buffers are needed only here. Values are read from the document alone.
  simdjson::dom::parser parser;
  auto result = std::make_unique<tape>();
  if (const auto error = parser.allocate(text.size(), max_depth); error != simdjson::SUCCESS) {
    return std::unexpected(translated(error));
  }
  // simdjson reads whole blocks, so it copies the text to a buffer with padding.
  const auto root = parser.parse_into_document(result->parsed, text.data(), text.size(), true);
  if (root.error() != simdjson::SUCCESS) {
    return std::unexpected(translated(root.error()));
  }
  return document(std::move(result));
}

value document::root() const noexcept { return value_access::view(tape_->parsed.root()); }

} // namespace json
