// What goes wrong while people use the service: every fault of the world, drawn by name.
#pragma once

#include "edge/clock.h"
#include "simulation/swarm_trial.h"
#include "simulation/world.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace simulation {

class swarm_weather {
public:
  swarm_weather(ledger& noting, const world& around) : ledger_(noting), around_(around) {}

  // How the Worker fares that serves what has this name.
  course course_of(const std::string& name);
  // Draws how far the clocks of the places differ.
  void set_clocks();
  // Something that happens once in so many times.
  bool strikes(const std::string& name, std::uint32_t once_in);
  // A provider, or neither, is down for a while from now on.
  void turn(const std::string& step);
  // From now on nothing goes wrong. KV is as stale as ever.
  void clear();

private:
  // How many places there are in which Workers run.
  static constexpr std::uint32_t places = 3;

  struct outage {
    std::string provider; // "mux" or "cloudflare"
    edge::timestamp until;
  };

  [[nodiscard]] bool is_down(std::string_view operation) const;
  fate fate_of(const std::string& request, std::size_t number, const std::string& operation,
               std::uint32_t failing, std::uint32_t killing);

  ledger& ledger_;
  const world& around_;
  std::array<edge::milliseconds, places> clocks_{};
  std::optional<outage> outage_;
  bool is_clear_ = false;
};

} // namespace simulation
