// The broadcasts of the swarm's phones and encoders, and what the providers tell of them by webhooks: some
// lost, doubled, hours late, and in any order. The account's webhooks tell every deployment of all
// broadcasts, but an account has only one webhook for Cloudflare's recordings.
#pragma once

#include "edge/clock.h"
#include "simulation/broadcast.h"
#include "simulation/swarm_trial.h"
#include "simulation/swarm_weather.h"
#include "simulation/world.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace simulation {

class swarm_stage {
public:
  // Of so many deployments, that one has the webhook for Cloudflare's recordings.
  swarm_stage(world& around, ledger& noting, swarm_weather& sky, std::size_t deployments,
              std::size_t hears_of_recordings)
      : around_(around), ledger_(noting), weather_(sky), deployments_(deployments),
        hears_of_recordings_(hears_of_recordings) {}

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
    std::size_t deployment = 0; // that is told
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
  void announce(const show& of, const std::vector<delivery>& all, std::string_view part);
  void announce_to(std::size_t deployment, const std::string& name, const show& of, const delivery& what);
  void queue(due_delivery what);
  // A short broadcast is over before its providers would have said more of its beginning.
  void drop_unsent(const show& of, std::chrono::seconds length);

  world& around_;
  ledger& ledger_;
  swarm_weather& weather_;
  std::size_t deployments_;
  std::size_t hears_of_recordings_;
  std::vector<show> shows_;
  std::vector<due_delivery> due_;
};

} // namespace simulation
