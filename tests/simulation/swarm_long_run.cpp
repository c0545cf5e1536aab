// `npm run swarm`: the swarm for as long as WHIPMUX_SECONDS says, from the seed WHIPMUX_SEED on. Hidden from
// ./test.
#include "edge/clock.h"
#include "simulation/swarm_report.h"
#include "simulation/swarm_trial.h"
#include "support/catch.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iostream>

TEST_CASE("The swarm for as long as it is told", "[.][long_swarm]") {
  using clock = std::chrono::steady_clock;
  const auto begin = clock::now();
  const std::chrono::seconds length{simulation::number_from("WHIPMUX_SECONDS", 60)};
  const std::uint64_t first = simulation::number_from("WHIPMUX_SEED", 1);
  std::size_t asked_for = 0;
  edge::milliseconds simulated{};
  edge::milliseconds latest_rest{};
  std::uint64_t seed = first;
  for (; clock::now() < begin + length; ++seed) {
    const simulation::swarm_outcome outcome = simulation::run_swarm({.seed = seed});
    if (!outcome.violations.empty()) {
      simulation::report({.seed = seed});
    }
    asked_for += outcome.requests;
    simulated += outcome.simulated;
    latest_rest = std::max(latest_rest, outcome.until_rest);
  }
  const auto took = std::chrono::round<edge::milliseconds>(clock::now() - begin);
  std::cout << seed - first << " seeds, " << asked_for << " requests, " << simulated / std::chrono::days{1}
            << " simulated days, " << simulated / took << " times as fast as real time; at rest after "
            << latest_rest / std::chrono::minutes{1} << " minutes at most\n";
}
