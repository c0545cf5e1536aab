// People use the whole service for simulated days while everything goes wrong that can, drawn from one seed:
// see docs/testing.md. WHIPMUX_SEED and WHIPMUX_ONLY replay one run.
#include "simulation/swarm_report.h"
#include "simulation/swarm_trial.h"
#include "support/catch.h"

#include <cstdint>
#include <iostream>

namespace {

using namespace simulation;

constexpr std::uint64_t seeds_of_swarm = 40;

} // namespace

TEST_CASE("Whatever people do and whatever goes wrong, nothing is lost or left over, and all comes to rest") {
  const std::uint64_t replayed = number_from("WHIPMUX_SEED", 0);
  const std::uint64_t first = replayed == 0 ? 1 : replayed;
  const std::uint64_t last = replayed == 0 ? seeds_of_swarm : replayed;
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    const swarm_trial what{.seed = seed, .only = names_from("WHIPMUX_ONLY")};
    if (!run_swarm(what).violations.empty()) {
      report(what);
    }
  }
}

TEST_CASE("The same seed gives the same swarm") {
  CHECK(run_swarm({.seed = 3}).trace == run_swarm({.seed = 3}).trace);
  CHECK(run_swarm({.seed = 3}).trace != run_swarm({.seed = 4}).trace);
}

// ./test compares what the native and the WebAssembly build print.
TEST_CASE("The traces of some seeds", "[.][traces]") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    std::cout << "trace of seed " << seed << ": " << run_swarm({.seed = seed}).trace << '\n';
  }
}
