// The broadcasts of the swarm's phones and encoders, and what the providers tell of them by webhooks: some
// lost, doubled, hours late, and in any order.
#pragma once

#include "edge/clock.h"
#include "simulation/broadcast.h"
#include "simulation/swarm_trial.h"
#include "simulation/swarm_weather.h"
#include "simulation/world.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace simulation {

class swarm_stage {
public:
  swarm_stage(world& around, ledger& noting, swarm_weather& sky)
      : around_(around), ledger_(noting), weather_(sky) {}

  // An encoder or, with the address of its WHIP session, a phone begins, for so long. Nothing happens if the
  // stream's ingest does not take it, or somebody broadcasts.
  void begin(const std::string& name, std::string_view stream, edge::milliseconds length,
             const std::string& session = {});
  // Encoders stop.
  void stop(std::string_view stream);
  // Whose WHIP session has begun or ended since.
  void follow_phones();
  // Everybody stops.
  void stop_all();

  struct due_delivery {
    edge::timestamp at;
    std::string name;
    delivery what;
    int attempt = 1;
  };
  // The webhooks that are due until then, which are sent now.
  std::vector<due_delivery> take(edge::timestamp until);
  [[nodiscard]] edge::timestamp next() const;
  // It was not accepted: its provider sends it again, unless it gives up.
  void send_again(due_delivery what);

private:
  struct show {
    std::string name;
    std::string stream;
    std::string session;
    told_broadcast told;
    bool is_over = false;
  };

  [[nodiscard]] edge::timestamp end_of_media(const show& of) const;
  void end(const show& of);
  // Sends what is told of it.
  void announce(const show& of, std::vector<delivery> all, std::string_view part);
  void queue(due_delivery what);
  // A short broadcast is over before its providers would have said more of its beginning.
  void drop_unsent(const show& of, std::chrono::seconds length);

  world& around_;
  ledger& ledger_;
  swarm_weather& weather_;
  std::vector<show> shows_;
  std::vector<due_delivery> due_;
};

} // namespace simulation
