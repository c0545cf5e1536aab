// Creation requests in a simulated world, and descriptions of their outcomes.
#pragma once

#include "edge/http/request.h"
#include "simulation/world.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace simulation {

// The request.
struct creation {
  std::string path;
  std::string body;
  std::string key = {};          // Idempotency-Key
  bool one_for_memorial = false; // repeating it returns the same stream, with or without a key
};

inline constexpr std::string_view wanted_stream = R"({"title":"In memory of Ada","memorialId":"memorial-7"})";

const creation& create_whip();

// A request from a signed-in user.
edge::request create_request(world& around, const creation& what = create_whip());

// Serves a request, and checks the world once it is at rest.
served create(world& around, const course& how = {}, const creation& what = create_whip());

// The same in a separate world; the test fails if an invariant was violated.
served hold(const std::string& name, const course& how = {}, const creation& what = create_whip());

// How many operations of the host that takes if nothing fails.
std::size_t count_operations(const creation& what = create_whip());

// Whether a creation may answer this.
void check_honest(const world& around, const std::string& name, const served& result);

// The schedule runs twenty minutes later and leaves nothing half-made.
void reconcile_later(world& around, const std::string& name);

// A course in which that operation has that fate and all others succeed.
course failing(std::size_t number, fate what);
// All operations from that one on have that fate.
course failing_from(std::size_t number, fate what);
// All steps with one of these names have that fate, every time.
course failing_always(const std::set<std::string>& steps, fate what);

std::string text_of(const served& result);
std::string text_of(const std::vector<std::string>& violations);

} // namespace simulation
