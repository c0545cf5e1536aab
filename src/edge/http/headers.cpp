#include "edge/http/headers.h"

#include <algorithm>

namespace edge {

namespace {

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

} // namespace

bool same_but_for_case(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, lower, lower);
}

std::optional<std::string_view> headers::find(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (same_but_for_case(field, name)) {
      return value;
    }
  }
  return std::nullopt;
}

} // namespace edge
