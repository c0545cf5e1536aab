// Mux as far as the Worker uses it: live streams that are made, read, listed and deleted.
#pragma once

#include "edge/clock.h"
#include "edge/operation.h"
#include "simulation/dice.h"
#include "simulation/quirks.h"
#include "simulation/secret_book.h"

#include <string>
#include <vector>

namespace simulation {

class model_mux {
public:
  struct live_stream {
    std::string id;
    std::string stream_key;
    std::string playback_id;
    std::string passthrough;
    edge::timestamp created;
  };

  static constexpr std::string_view address = "https://api.mux.com";

  model_mux(dice& chance, secret_book& secrets, const quirks& faults, const edge::timestamp& now,
            std::string authorization)
      : chance_(chance), secrets_(secrets), quirks_(faults), now_(now),
        authorization_(std::move(authorization)) {}

  edge::operation::fetch::result carry_out(const edge::operation::fetch& call);

  const std::vector<live_stream>& live_streams() const { return live_streams_; }

private:
  edge::operation::fetch::result create(const edge::operation::fetch& call);
  edge::operation::fetch::result list(const edge::operation::fetch& call) const;
  edge::operation::fetch::result give_one(std::string_view id) const;
  edge::operation::fetch::result remove(std::string_view id);

  dice& chance_;
  secret_book& secrets_;
  const quirks& quirks_;
  const edge::timestamp& now_;
  std::string authorization_;
  std::vector<live_stream> live_streams_;
};

} // namespace simulation
