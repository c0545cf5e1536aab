#include "edge/environment.h"

#include "json/number.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace edge {

std::optional<std::string_view> environment::find(std::string_view name) const {
  auto found = std::ranges::find(variables_, name, &variable::name);
  if (found == variables_.end() || found->value.empty()) {
    return std::nullopt;
  }
  return found->value;
}

std::string_view environment::get(std::string_view name, std::string_view otherwise) const {
  return find(name).value_or(otherwise);
}

std::vector<std::string> environment::unusable(std::span<const setting_form> forms) const {
  std::vector<std::string> names;
  for (const setting_form& each : forms) {
    const auto value = find(each.name);
    if (value ? value == bound || !each.is_usable(*value) : each.required) {
      names.emplace_back(each.name);
    }
  }
  return names;
}

std::vector<std::string> split_list(std::string_view list) {
  constexpr std::string_view separators = ", \t\r\n";
  std::vector<std::string> parts;
  for (std::size_t begin = list.find_first_not_of(separators); begin != std::string_view::npos;) {
    std::size_t end = std::min(list.find_first_of(separators, begin), list.size());
    parts.emplace_back(list.substr(begin, end - begin));
    begin = list.find_first_not_of(separators, end);
  }
  return parts;
}

bool is_visible_text(std::string_view text) { return std::ranges::all_of(text, is_visible); }

bool is_filled_list(std::string_view text) { return !split_list(text).empty(); }

bool is_whole_number(std::string_view text) { return whole_number(text).has_value(); }

std::optional<std::uint32_t> whole_number(std::string_view text) {
  const auto number = text.starts_with('-') ? std::nullopt : json::integer_of(text);
  const bool fits = number && std::cmp_less_equal(*number, std::numeric_limits<std::uint32_t>::max());
  return fits ? std::optional{static_cast<std::uint32_t>(*number)} : std::nullopt;
}

} // namespace edge
