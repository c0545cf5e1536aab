// Stands in for AES-256-GCM. Like it, this keeps secrets and refuses values that were altered or moved, using
// only HMAC-SHA256. For tests only.
#pragma once

#include "edge/operation.h"
#include "simulation/dice.h"

#include <optional>
#include <string>

namespace simulation {

std::string seal(const edge::operation::seal& what, dice& chance);

// Empty for another key, other associated data, or an altered sealed text.
std::optional<std::string> open(const edge::operation::open& what);

} // namespace simulation
