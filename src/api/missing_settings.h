// What the operator has to set or to correct.
#pragma once

#include "edge/environment.h"

#include <string>
#include <vector>

namespace api {

// The names of all settings that are missing or cannot be used, each once, never with a value. Includes those
// without which streams can be created, but broadcasts would not be noticed or private streams not be played.
std::vector<std::string> missing_settings(const edge::environment& from);

} // namespace api
