// Times as facts and records store them: microseconds since 1970.
#pragma once

#include "edge/clock.h"
#include "json/reader.h"

#include <optional>

namespace providers {

// Nothing for a time beyond the years that RFC 3339 can write: sums with it could overflow.
[[nodiscard]] std::optional<edge::timestamp> stored_time(const json::value& from);

} // namespace providers
