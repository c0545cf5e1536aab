// A request to create-whip in a simulated world, and what to print of what came of it.
#pragma once

#include "edge/request.h"
#include "simulation/world.h"

#include <string>
#include <string_view>
#include <vector>

namespace simulation {

// A request of somebody who is signed in.
edge::request create_request(world& around);

inline constexpr std::string_view wanted_stream = R"({"title":"In memory of Ada","memorialId":"memorial-7"})";

// Serves one, and checks the world once it has come to rest.
served create(world& around, const course& how = {});

// The same in a world of its own; the test fails where an invariant was violated.
served hold(const std::string& name, const course& how = {});

// A course on which that operation has that fate, and all others succeed.
course failing(std::size_t number, fate what);

std::string text_of(const served& result);
std::string text_of(const std::vector<std::string>& violations);

} // namespace simulation
