// Requests that create in a simulated world, and what to print of what came of them.
#pragma once

#include "edge/http/request.h"
#include "simulation/world.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace simulation {

// What somebody asks for.
struct creation {
  std::string path;
  std::string body;
  std::string key = {};          // Idempotency-Key
  bool by_relay = false;         // this deployment has one
  bool one_for_memorial = false; // asked for again it gives the same stream, key or not
};

inline constexpr std::string_view wanted_stream = R"({"title":"In memory of Ada","memorialId":"memorial-7"})";

const creation& create_whip();

// A request of somebody who is signed in.
edge::request create_request(world& around, const creation& what = create_whip());

// Serves one, and checks the world once it has come to rest.
served create(world& around, const course& how = {}, const creation& what = create_whip());

// The same in a world of its own; the test fails where an invariant was violated.
served hold(const std::string& name, const course& how = {}, const creation& what = create_whip());

// Whether the answer is one that a creation may give.
void check_honest(const world& around, const std::string& name, const served& result);

// Twenty minutes later the schedule runs, and nothing is left half-made.
void reconcile_later(world& around, const std::string& name);

// A course on which that operation has that fate, and all others succeed.
course failing(std::size_t number, fate what);
// All operations from that one on have it.
course failing_from(std::size_t number, fate what);
// All steps with one of these names have it, each time.
course failing_always(const std::set<std::string>& steps, fate what);

std::string text_of(const served& result);
std::string text_of(const std::vector<std::string>& violations);

} // namespace simulation
