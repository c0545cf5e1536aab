// The relay's log: one line of JSON per event on standard error. Callers never pass a key, a token or the
// address of a destination.
#pragma once

#include "json/writer.h"

#include <string_view>

namespace relay {

// Writes `{"time":…,"event":…,…}`. `details` adds further fields.
void log(std::string_view event, json::object details = {});

} // namespace relay
