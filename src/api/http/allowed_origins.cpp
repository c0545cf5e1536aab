#include "api/http/allowed_origins.h"

#include "edge/http/cors.h"

#include <algorithm>

namespace api {

namespace {

std::vector<std::string> listed(const edge::environment& from) {
  return edge::split_list(from.get("ALLOWED_ORIGINS", ""));
}

} // namespace

std::vector<std::string> allowed_origins(const edge::environment& from) {
  return has_usable_origins(from) ? listed(from) : std::vector<std::string>{};
}

bool has_usable_origins(const edge::environment& from) {
  return std::ranges::all_of(listed(from), edge::is_origin);
}

} // namespace api
