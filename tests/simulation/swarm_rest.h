// What must be so once nothing goes wrong any more and everything has calmed down, at the deployment that
// serves.
#pragma once

#include "simulation/swarm_people.h"
#include "simulation/world.h"

#include <string>
#include <vector>

namespace simulation {

// What is unfinished or wrong, in sentences: work that is left, something left of a deleted stream, a
// recording that is not listed once or is still processed, a stream that is not as it is shown.
std::vector<std::string> unrest(world& in, const swarm_people& crowd);

// What it stores of the streams of another deployment's people, in sentences.
std::vector<std::string> intrusions(const world& in, const swarm_people& others);

} // namespace simulation
