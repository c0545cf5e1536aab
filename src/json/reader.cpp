// How json::value's two words become simdjson's element and back. For the sources of this folder only: it
// pulls in simdjson's header.
#include "json/reader.h"

#include <algorithm>
#include <bit>
#include <set>
#include <simdjson.h>
#include <type_traits>
#include <utility>

namespace json {

struct value_access {
  // An element is a pointer to its document and an index into its tape, and simdjson offers no other way to
  // keep one than as itself.
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

  // What simdjson found, or an absent value for whatever reason it found nothing.
  static value view(simdjson::simdjson_result<simdjson::dom::element> found) noexcept {
    simdjson::dom::element element;
    return found.get(element) == simdjson::SUCCESS ? view(element) : value();
  }
};

// What to tell the sender of a text that is not JSON.

std::string_view describe(parse_error error) noexcept {
  switch (error) {
  case parse_error::empty: return "The body is empty: send a JSON value.";
  case parse_error::not_utf8: return "The body is not UTF-8: encode it as UTF-8.";
  case parse_error::malformed: return "The body is not JSON: check quotes, commas and brackets.";
  case parse_error::number_out_of_range: return "A number is too large: send it as a string.";
  case parse_error::too_deep: return "Arrays and objects nest too deep: flatten the body.";
  case parse_error::too_large: return "The body is too large: send less.";
  case parse_error::out_of_memory: return "There was no memory to read the body: try again.";
  }
  return "The body is not JSON.";
}

// json::value on simdjson's DOM. Every accessor starts with exists(), since an absent value has no tape to
// ask.

namespace {

// The value as one of simdjson's types, or nothing where it is absent or of another type.
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

// json::document on simdjson's DOM parser.

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
