// One run of the swarm: everything that people do and everything that goes wrong, drawn from one seed. What
// is drawn has a name, and can be left out without changing what else is drawn.
#pragma once

#include "edge/clock.h"
#include "simulation/dice.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace simulation {

struct swarm_trial {
  std::uint64_t seed = 0;
  std::optional<std::set<std::string>> only =
      std::nullopt;     // what happens at most, by its name; else everything
  bool is_told = false; // as a story
};

struct swarm_outcome {
  std::vector<std::string> violations;
  std::vector<std::string> happened; // by their names, in their order
  std::vector<std::string> story;
  edge::milliseconds simulated{};
  edge::milliseconds until_rest{}; // after the faults have stopped
  std::size_t requests = 0;
  std::uint64_t trace = 0; // the same number for the same seed, wherever it runs
};

// Where a run's events are drawn, noted and hashed.
class ledger {
public:
  explicit ledger(const swarm_trial& of) : trial_(of) {}

  // Independent of everything that has another name.
  [[nodiscard]] dice drawn(std::string_view name) const;
  // Notes that it happens, unless it is left out.
  bool happens(const std::string& name);
  void tell(std::string line);
  [[nodiscard]] bool is_told() const { return trial_.is_told; }
  void hash(std::string_view text);

  swarm_outcome outcome;

private:
  const swarm_trial& trial_;
};

// Does that, and calms down.
swarm_outcome run_swarm(const swarm_trial& what);

// The same failure with as little as possible, told as a story. Replays it some hundred times.
swarm_outcome shrink(const swarm_trial& failed);

// How a person replays what happened in it.
std::string replay_command(std::uint64_t seed, const swarm_outcome& of);

} // namespace simulation
