#include "whip/link_header.h"

#include "edge/http/headers.h"

#include <algorithm>
#include <array>

namespace whip {

namespace {

bool is_ice_server(std::string_view link) {
  constexpr std::array<std::string_view, 4> schemes{"<stun:", "<stuns:", "<turn:", "<turns:"};
  return std::ranges::any_of(
      schemes, [&](auto each) { return edge::same_but_for_case(link.substr(0, each.size()), each); });
}

// The end of the first link of a list: a comma outside of its address and of quoted text.
std::size_t end_of_first(std::string_view list) {
  char closing = 0; // the end of the current address or quoted text
  for (std::size_t at = 0; at < list.size(); ++at) {
    if (closing == '"' && list[at] == '\\') {
      ++at;
    } else if (closing != 0) {
      closing = list[at] == closing ? '\0' : closing;
    } else if (list[at] == '<') {
      closing = '>';
    } else if (list[at] == '"') {
      closing = '"';
    } else if (list[at] == ',') {
      return at;
    }
  }
  return list.size();
}

} // namespace

std::string ice_servers_in(std::string_view link) {
  std::string kept;
  while (!link.empty()) {
    std::string_view each = link.substr(0, end_of_first(link));
    link.remove_prefix(std::min(each.size() + 1, link.size()));
    each.remove_prefix(std::min(each.find_first_not_of(" \t"), each.size()));
    if (!is_ice_server(each)) {
      continue;
    }
    if (!kept.empty()) {
      kept += ", ";
    }
    kept += each;
  }
  return kept;
}

} // namespace whip
