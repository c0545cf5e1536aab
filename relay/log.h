// What the relay says of itself, one line of JSON on standard error for each event. Nobody but the callers
// below can put text into it, and none of them has a key, a token or an address of a destination.
#pragma once

#include "json/writer.h"

#include <string_view>

namespace relay {

// Writes `{"time":…,"event":…,…}`. `details` is what else there is to say.
void log(std::string_view event, json::object details = {});

} // namespace relay
