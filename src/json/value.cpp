// json::value on simdjson's DOM. Every accessor starts with exists(), since an absent value has no tape to
// ask.
#include "json/value.h"

#include "json/value_access.h"

#include <algorithm>
#include <set>

namespace json {
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

} // namespace json
