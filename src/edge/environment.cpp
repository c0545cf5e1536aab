#include "edge/environment.h"

#include <algorithm>

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

} // namespace edge
