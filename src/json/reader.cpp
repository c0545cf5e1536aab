#include "json/reader.h"

#include "json/number.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <set>
#include <simdjson.h>
#include <span>
#include <string>
#include <utility>

namespace json {

enum class type : std::uint8_t { null, no, yes, number, text, array, object };

// A value, or the name of a member, whose value follows it. The elements of an array and the names of an
// object follow it.
struct node {
  type is;
  std::string_view text;  // of a text, a number or a name
  std::size_t extent = 1; // how many nodes it takes, itself and all that belongs to it included
};

namespace {

// The elements of an array or the names of an object. Empty if the node is absent or of another type.
class children {
public:
  class iterator {
  public:
    explicit iterator(std::span<const node> left) noexcept : left_(left) {}
    const node& operator*() const noexcept { return left_.front(); }
    iterator& operator++() noexcept {
      left_ = left_.subspan(left_.front().extent);
      return *this;
    }
    bool operator==(std::default_sentinel_t) const noexcept { return left_.empty(); }

  private:
    std::span<const node> left_;
  };

  children(const node* parent, type wanted) noexcept {
    if (parent != nullptr && parent->is == wanted) {
      nodes_ = std::span{parent, parent->extent}.subspan(1);
    }
  }

  [[nodiscard]] iterator begin() const noexcept { return iterator{nodes_}; }
  [[nodiscard]] static std::default_sentinel_t end() noexcept { return {}; }

private:
  std::span<const node> nodes_;
};

} // namespace

std::string_view describe(parse_error error) noexcept {
  switch (error) {
  case parse_error::empty: return "The body is empty: send a JSON value.";
  case parse_error::not_utf8: return "The body is not UTF-8: encode it as UTF-8.";
  case parse_error::malformed: return "The body is not JSON: check quotes, commas and brackets.";
  case parse_error::too_deep: return "Arrays and objects are nested too deeply: flatten the body.";
  case parse_error::too_large: return "The body is too large: send less.";
  case parse_error::out_of_memory: return "The body could not be read for lack of memory: try again.";
  }
  return "The body is not JSON.";
}

value value::operator[](std::string_view name) const noexcept {
  for (const node& each : children{node_, type::object}) {
    if (each.text == name) {
      return value(&each + 1);
    }
  }
  return {};
}

value value::at(std::size_t index) const noexcept {
  for (const node& each : children{node_, type::array}) {
    if (index-- == 0) {
      return value(&each);
    }
  }
  return {};
}

std::optional<std::string_view> value::text() const noexcept {
  return exists() && node_->is == type::text ? std::optional(node_->text) : std::nullopt;
}

std::optional<std::string_view> value::number() const noexcept {
  return exists() && node_->is == type::number ? std::optional(node_->text) : std::nullopt;
}

std::optional<std::int64_t> value::integer() const noexcept { return number().and_then(integer_of); }

std::optional<std::int64_t> value::thousandths() const noexcept { return number().and_then(thousandths_of); }

std::optional<bool> value::boolean() const noexcept {
  const bool is_boolean = exists() && (node_->is == type::yes || node_->is == type::no);
  return is_boolean ? std::optional(node_->is == type::yes) : std::nullopt;
}

bool value::is_null() const noexcept { return exists() && node_->is == type::null; }

bool value::is_object() const noexcept { return exists() && node_->is == type::object; }

bool value::is_array() const noexcept { return exists() && node_->is == type::array; }

std::vector<value> value::elements() const {
  std::vector<value> result;
  for (const node& each : children{node_, type::array}) {
    result.push_back(value(&each));
  }
  return result;
}

std::vector<member> value::members() const {
  std::vector<member> result;
  for (const node& each : children{node_, type::object}) {
    result.push_back({.name = each.text, .value = value(&each + 1)});
  }
  return result;
}

bool value::has_duplicate_names() const {
  std::set<std::string, std::less<>> names;
  return std::ranges::any_of(members(), [&](const member& each) { return !names.emplace(each.name).second; });
}

struct document::content {
  std::vector<node> nodes;
  std::string texts; // never grows beyond what was reserved, since the nodes refer to it
};

namespace {

parse_error translated(simdjson::error_code code) noexcept {
  switch (code) {
  case simdjson::EMPTY: return parse_error::empty;
  case simdjson::UTF8_ERROR: return parse_error::not_utf8;
  case simdjson::DEPTH_ERROR: return parse_error::too_deep;
  case simdjson::CAPACITY: return parse_error::too_large;
  case simdjson::MEMALLOC: return parse_error::out_of_memory;
  default: return parse_error::malformed;
  }
}

// Copies what simdjson reads on demand, and so has simdjson check all of it.
class copier {
public:
  copier(std::vector<node>& nodes, std::string& texts, bool is_lenient)
      : nodes_(nodes), texts_(texts), is_lenient_(is_lenient) {}

  simdjson::error_code copy(simdjson::simdjson_result<simdjson::ondemand::value>
                                found) { // NOLINT(misc-no-recursion): its depth is bounded
    simdjson::ondemand::value from;
    auto type = simdjson::ondemand::json_type::null;
    if (const auto error = found.get(from)) {
      return error;
    }
    if (const auto error = from.type().get(type)) {
      return error;
    }
    const bool nests =
        type == simdjson::ondemand::json_type::object || type == simdjson::ondemand::json_type::array;
    if (nests && is_lenient_ && depth_ == document::max_depth) {
      return add(type::null);
    }
    switch (type) {
    case simdjson::ondemand::json_type::object: return copy_object(from);
    case simdjson::ondemand::json_type::array: return copy_array(from);
    case simdjson::ondemand::json_type::string: return copy_text(from.get_string(is_lenient_));
    case simdjson::ondemand::json_type::number: return copy_number(from.raw_json_token());
    case simdjson::ondemand::json_type::boolean: return copy_boolean(from.get_bool());
    case simdjson::ondemand::json_type::null: return copy_null(from.is_null());
    }
    return simdjson::TAPE_ERROR;
  }

private:
  simdjson::error_code copy_object(simdjson::ondemand::value& from) {
    const std::size_t start = nodes_.size();
    simdjson::ondemand::object object;
    if (const auto error = enter(type::object, from.get_object().get(object))) {
      return error;
    }
    for (auto each : object) {
      const std::size_t name = nodes_.size();
      if (const auto error = copy_text(each.unescaped_key(is_lenient_))) {
        return error;
      }
      if (const auto error = copy(each.value())) {
        return error;
      }
      extend(name);
    }
    return leave(start);
  }

  simdjson::error_code copy_array(simdjson::ondemand::value& from) {
    const std::size_t start = nodes_.size();
    simdjson::ondemand::array array;
    if (const auto error = enter(type::array, from.get_array().get(array))) {
      return error;
    }
    for (auto each : array) {
      if (const auto error = copy(each)) {
        return error;
      }
    }
    return leave(start);
  }

  simdjson::error_code copy_text(simdjson::simdjson_result<std::string_view> from) {
    return from.error() ? from.error() : add(type::text, from.value_unsafe());
  }

  simdjson::error_code copy_number(std::string_view token) {
    token = token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
    return is_number(token) ? add(type::number, token) : simdjson::NUMBER_ERROR;
  }

  simdjson::error_code copy_boolean(simdjson::simdjson_result<bool> from) {
    return from.error() ? from.error() : add(from.value_unsafe() ? type::yes : type::no);
  }

  simdjson::error_code copy_null(simdjson::simdjson_result<bool> is_null) {
    return is_null.error()          ? is_null.error()
           : is_null.value_unsafe() ? add(type::null)
                                    : simdjson::N_ATOM_ERROR;
  }

  simdjson::error_code add(type is, std::string_view text = {}) {
    const std::size_t start = texts_.size();
    texts_ += text;
    nodes_.push_back({.is = is, .text = std::string_view{texts_}.substr(start)});
    return simdjson::SUCCESS;
  }

  simdjson::error_code enter(type is, simdjson::error_code error) {
    if (error || ++depth_ > document::max_depth) {
      return error ? error : simdjson::DEPTH_ERROR;
    }
    return add(is);
  }

  simdjson::error_code leave(std::size_t start) {
    --depth_;
    extend(start);
    return simdjson::SUCCESS;
  }

  // Lets a node take all nodes behind it.
  void extend(std::size_t start) { nodes_[start].extent = nodes_.size() - start; }

  std::vector<node>& nodes_;
  std::string& texts_;
  std::size_t depth_ = 0;
  bool is_lenient_;
};

} // namespace

document::document(std::unique_ptr<content> parsed) noexcept : content_(std::move(parsed)) {}
document::document(document&&) noexcept = default;
document& document::operator=(document&&) noexcept = default;
document::~document() = default;

std::expected<document, parse_error> document::parse(std::string_view text, bool is_lenient) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) {
    text.remove_prefix(byte_order_mark.size());
  }
  // simdjson reads a value inside of an array in the same way whatever its type.
  std::string padded = "[";
  padded.reserve(text.size() + 2 + simdjson::SIMDJSON_PADDING);
  padded += text;
  padded += ']';

  simdjson::ondemand::parser parser;
  simdjson::ondemand::document parsed;
  simdjson::ondemand::array whole;
  if (const auto error = parser.allocate(padded.size(), max_depth + 1)) {
    return std::unexpected(translated(error));
  }
  if (const auto error = parser.iterate(padded).get(parsed)) {
    return std::unexpected(translated(error));
  }
  if (const auto error = parsed.get_array().get(whole)) {
    return std::unexpected(translated(error));
  }
  auto result = std::make_unique<content>();
  result->texts.reserve(text.size());
  copier to{result->nodes, result->texts, is_lenient};
  std::size_t values = 0;
  for (auto each : whole) {
    if (const auto error = to.copy(each)) {
      return std::unexpected(translated(error));
    }
    ++values;
  }
  if (!parsed.at_end() || values > 1) {
    return std::unexpected(parse_error::malformed);
  }
  if (values == 0) {
    return std::unexpected(parse_error::empty);
  }
  return document(std::move(result));
}

std::expected<document, parse_error> document::parse(std::string_view text) { return parse(text, false); }

std::expected<document, parse_error> document::parse_leniently(std::string_view text) {
  auto read = parse(text, true);
  if (!read && read.error() == parse_error::not_utf8) {
    std::string ascii{text};
    std::ranges::replace_if(ascii, [](char each) { return (each & 0x80) != 0; }, '?');
    read = parse(ascii, true);
  }
  return read;
}

value document::root() const noexcept { return value(content_->nodes.data()); }

} // namespace json
