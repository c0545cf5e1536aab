#include "api/http/allowed_origins.h"

#include "edge/http/cors.h"

#include <algorithm>

namespace api {

std::vector<std::string> allowed_origins(const edge::environment& from) {
  const std::string_view list = from.get("ALLOWED_ORIGINS", "");
  return are_origins(list) ? edge::split_list(list) : std::vector<std::string>{};
}

bool are_origins(std::string_view list) {
  return std::ranges::all_of(edge::split_list(list), edge::is_origin);
}

} // namespace api
