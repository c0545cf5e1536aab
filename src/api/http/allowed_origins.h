// The setting ALLOWED_ORIGINS: the origins whose pages may use the API from a browser, with a session cookie
// too.
#pragma once

#include "edge/environment.h"

#include <string>
#include <string_view>
#include <vector>

namespace api {

// Empty if the setting is missing or lists something other than an origin, such as `*` and `null`.
std::vector<std::string> allowed_origins(const edge::environment& from);

// Whether a list has origins only.
bool are_origins(std::string_view list);

} // namespace api
