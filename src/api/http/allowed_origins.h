// The setting ALLOWED_ORIGINS: the origins whose pages may use the API from a browser, with a session cookie
// too.
#pragma once

#include "edge/environment.h"

#include <expected>
#include <string>
#include <vector>

namespace api {

// Empty if the setting is missing or lists something other than an origin, such as `*` and `null`.
std::vector<std::string> allowed_origins(const edge::environment& from);

// Whether the setting lists origins only.
bool has_usable_origins(const edge::environment& from);

} // namespace api
