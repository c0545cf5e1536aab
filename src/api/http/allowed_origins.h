// The setting ALLOWED_ORIGINS: the pages elsewhere that may use the API from a browser, and whose requests a
// session cookie speaks for.
#pragma once

#include "edge/environment.h"

#include <expected>
#include <string>
#include <vector>

namespace api {

// None where the setting is missing, or where something in it is no origin: `*` and `null` are none.
std::vector<std::string> allowed_origins(const edge::environment& from);

// Whether everything in the setting is an origin.
bool has_usable_origins(const edge::environment& from);

} // namespace api
