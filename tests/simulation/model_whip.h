// Where phones publish by WHIP: Cloudflare's addresses and the relay of each deployment. No media: only which
// sessions are open.
#pragma once

#include "edge/operation.h"
#include "simulation/dice.h"
#include "simulation/model_cloudflare.h"

#include <string>
#include <string_view>
#include <vector>

namespace simulation {

class model_whip {
public:
  struct session {
    std::string url;
    std::string live_input; // where it publishes; empty at the relay
    std::string stream;     // at the relay; empty at Cloudflare
  };

  model_whip(dice& chance, const model_cloudflare& cloudflare) : chance_(chance), cloudflare_(cloudflare) {}

  // Whether the address is one of theirs.
  [[nodiscard]] static bool serves(std::string_view url);
  edge::operation::fetch::result carry_out(const edge::operation::fetch& call);

  [[nodiscard]] const std::vector<session>& open() const { return open_; }
  // The phone has lost its connection.
  void lose(std::string_view url);

private:
  edge::operation::fetch::result begin(const edge::operation::fetch& call);
  // The relay's order to close a stream, or the end of a session.
  edge::operation::fetch::result end(std::string_view url);

  dice& chance_;
  const model_cloudflare& cloudflare_;
  std::vector<session> open_;
};

} // namespace simulation
