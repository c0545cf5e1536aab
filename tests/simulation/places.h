// Where the first broadcast of simulation::established is recorded.
#pragma once

#include "simulation/world.h"

#include <array>
#include <string>
#include <string_view>

namespace simulation {

struct place {
  std::string_view source;
  std::string_view id; // of the recording there
};
inline constexpr std::array places{place{"cloudflare", "0123456789abcdef0123456789abcde0"},
                                   place{"mux", "assetOfTheBroadcast0"}};

// Zero if the Worker was killed.
inline int status_of(const served& what) { return what.answer ? what.answer->status : 0; }
inline std::string body_of(const served& what) { return what.answer ? what.answer->body : ""; }

} // namespace simulation
