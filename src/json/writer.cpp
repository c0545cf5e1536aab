// Writes by appending. nlohmann/json writes what needs care: texts with characters to escape or with bytes
// that are not UTF-8. This is the only file that includes it.
#include "json/writer.h"

#include "json/number.h"

// With exceptions off, nlohmann/json aborts where it would throw. dump() of a single value throws only for
// text that is not UTF-8, and here it replaces that.
#define JSON_NOEXCEPTION 1
#define JSON_NO_IO 1
#define JSON_USE_IMPLICIT_CONVERSIONS 0
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace json {

namespace {

// Whether a character stands for itself in a JSON text, and is ASCII.
bool is_plain(char each) { return each >= ' ' && each <= '~' && each != '"' && each != '\\'; }

void append_string(std::string& to, std::string_view text) {
  if (!std::ranges::all_of(text, is_plain)) {
    to += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return;
  }
  to += '"';
  to += text;
  to += '"';
}

void append_strings(std::string& to, const std::vector<std::string>& texts) {
  array inner;
  for (const std::string& each : texts) {
    inner.add(each);
  }
  to += std::move(inner).dump();
}

// As seconds with at most three decimal places: 12.5.
void append_seconds(std::string& to, std::chrono::milliseconds duration) {
  std::string digits = json::decimal(std::chrono::abs(duration).count());
  digits.insert(0, digits.size() < 4 ? 4 - digits.size() : 0, '0');
  digits.insert(digits.size() - 3, ".");
  digits.resize(digits.find_last_not_of('0') + 1);
  digits.resize(digits.find_last_not_of('.') + 1);
  to += duration.count() < 0 ? "-" : "";
  to += digits;
}

// Gives the whole text of an object or array, given all but its end.
std::string closed(std::string text, char open, char close) {
  if (text.empty()) {
    text += open;
  }
  text += close;
  return text;
}

} // namespace

item::item(object&& inner) noexcept : content_(nested{.text = &inner.text_, .open = '{', .close = '}'}) {}

item::item(array&& inner) noexcept : content_(nested{.text = &inner.text_, .open = '[', .close = ']'}) {}

void item::append_to(std::string& text, char open, const std::string_view* name) const {
  // Taken first, since an object may be set into itself.
  std::string inner;
  if (const auto* const container = std::get_if<nested>(&content_)) {
    inner = closed(std::exchange(*container->text, {}), container->open, container->close);
  }
  text += text.empty() ? open : ',';
  if (name != nullptr) {
    append_string(text, *name);
    text += ':';
  }
  if (const auto* const string = std::get_if<std::string_view>(&content_)) {
    append_string(text, *string);
  } else if (const auto* const strings = std::get_if<const std::vector<std::string>*>(&content_)) {
    append_strings(text, **strings);
  } else if (const auto* const integer = std::get_if<std::int64_t>(&content_)) {
    text += json::decimal(*integer);
  } else if (const auto* const natural = std::get_if<std::uint64_t>(&content_)) {
    text += json::decimal(*natural);
  } else if (const auto* const duration = std::get_if<std::chrono::milliseconds>(&content_)) {
    append_seconds(text, *duration);
  } else if (const auto* const ready = std::get_if<written>(&content_)) {
    text += ready->json;
  } else if (const auto* const truth = std::get_if<bool>(&content_)) {
    text += *truth ? "true" : "false";
  } else if (is_null()) {
    text += "null";
  } else {
    text += inner;
  }
}

void array::append(const item& what) { what.append_to(text_, '[', nullptr); }

std::string array::dump(this array self) { return closed(std::move(self.text_), '[', ']'); }

void object::append(std::string_view name, const item& what) { what.append_to(text_, '{', &name); }

void object::append_unless_null(std::string_view name, const item& what) {
  if (!what.is_null()) {
    append(name, what);
  }
}

std::string object::dump(this object self) { return closed(std::move(self.text_), '{', '}'); }

} // namespace json
