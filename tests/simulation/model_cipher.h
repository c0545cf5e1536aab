// Stands in for AES-256-GCM and for signatures with private keys. Like them, this keeps secrets and refuses
// values that were altered or moved, using only HMAC-SHA256. For tests only.
#pragma once

#include "edge/operation.h"
#include "simulation/dice.h"

#include <optional>
#include <string>
#include <string_view>

namespace simulation {

std::string seal(const edge::operation::seal& what, dice& chance);

// Empty for another key, other associated data, or an altered sealed text.
std::optional<std::string> open(const edge::operation::open& what);

// Stands in for RSASSA-PKCS1-v1_5: only who knows the key can make it.
std::string sign(std::string_view key, std::string_view text);

} // namespace simulation
