// Stands in for AES-256-GCM: it keeps secret and refuses what was altered or put elsewhere, as that does, out
// of HMAC-SHA256 alone. For tests only.
#pragma once

#include "edge/operation.h"
#include "simulation/dice.h"

#include <optional>
#include <string>

namespace simulation {

std::string seal(const edge::operation::seal& what, dice& chance);

// Nothing for another key, other associated data, or a sealed text that is not as it was.
std::optional<std::string> open(const edge::operation::open& what);

} // namespace simulation
