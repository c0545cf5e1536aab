// How the swarm's tests are told what to run, and how they report what failed.
#pragma once

#include "simulation/swarm_trial.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace simulation {

// The number in that variable of the environment, which must be one.
std::uint64_t number_from(const char* variable, std::uint64_t otherwise);
// The names in that variable, separated by commas; nullopt if it is empty.
std::optional<std::set<std::string>> names_from(const char* variable);

// Fails the test with the shortest story of the same failure, and how to replay it.
void report(const swarm_trial& failed);

} // namespace simulation
