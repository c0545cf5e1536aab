// Times as numbers, which a failed check prints.
#pragma once

#include "edge/clock.h"

#include <cstdint>

namespace support {

[[nodiscard]] inline std::int64_t microseconds(edge::timestamp time) {
  return time.time_since_epoch().count();
}

} // namespace support
