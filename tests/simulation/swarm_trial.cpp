#include "simulation/swarm_trial.h"

#include <algorithm>
#include <utility>

namespace simulation {

namespace {

constexpr std::uint64_t first_hash = 0xcbf29ce484222325U;

// FNV-1a.
std::uint64_t hashed(std::uint64_t hash, std::string_view text) {
  for (const char each : text) {
    hash = (hash ^ static_cast<unsigned char>(each)) * 0x100000001b3U;
  }
  return hash;
}

swarm_trial with_only(const swarm_trial& what, const std::vector<std::string>& names, bool is_told) {
  return {.seed = what.seed, .only = std::set<std::string>{names.begin(), names.end()}, .is_told = is_told};
}

// The first violation without ids and times, by which a failure is the same one.
std::string kind_of(const swarm_outcome& of) {
  return of.violations.empty() ? std::string{}
                               : of.violations.front().substr(0, of.violations.front().find(':'));
}

} // namespace

dice ledger::drawn(std::string_view name) const { return dice{hashed(first_hash ^ trial_.seed, name)}; }

bool ledger::happens(const std::string& name) {
  if (trial_.only && !trial_.only->contains(name)) {
    return false;
  }
  outcome.happened.push_back(name);
  return true;
}

void ledger::tell(std::string line) {
  if (trial_.is_told) {
    outcome.story.push_back(std::move(line));
  }
}

void ledger::hash(std::string_view text) {
  outcome.trace = hashed(outcome.trace == 0 ? first_hash : outcome.trace, text);
}

swarm_outcome shrink(const swarm_trial& failed) {
  constexpr int most_replays = 600;
  swarm_outcome least = run_swarm(failed);
  const std::string kind = kind_of(least);
  int replays = 0;
  for (std::size_t size = std::max<std::size_t>(least.happened.size() / 2, 1); size > 0; size /= 2) {
    for (std::size_t at = least.happened.size(); at > 0 && replays < most_replays; ++replays) {
      const std::size_t begin = at - std::min(at, size);
      std::vector<std::string> fewer = least.happened;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(begin),
                  fewer.begin() + static_cast<std::ptrdiff_t>(std::min(at, fewer.size())));
      swarm_outcome without = run_swarm(with_only(failed, fewer, false));
      at = begin;
      if (kind_of(without) == kind) {
        least = std::move(without);
        at = std::min(at, least.happened.size());
      }
    }
  }
  return run_swarm(with_only(failed, least.happened, true));
}

std::string replay_command(std::uint64_t seed, const swarm_outcome& of) {
  std::string names;
  for (const std::string& each : of.happened) {
    names += (names.empty() ? "" : ",") + each;
  }
  return "WHIPMUX_SEED=" + std::to_string(seed) + " WHIPMUX_ONLY='" + names +
         "' build/native-asan/tests/unit_tests --filenames-as-tags '[#swarm_test]'";
}

} // namespace simulation
