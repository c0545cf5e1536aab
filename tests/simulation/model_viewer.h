// A viewer's player, and whether the provider lets it play an address: with a valid token what is protected,
// and what is public without.
#pragma once

#include "simulation/world.h"

#include <string>
#include <string_view>
#include <vector>

namespace simulation {

// Why the provider of that address refuses to play it; empty if it plays, or is no address of a provider's
// media.
std::string refusal_of(const world& in, std::string_view url);

// The addresses in a text of JSON.
std::vector<std::string> addresses_in(std::string_view text);

} // namespace simulation
