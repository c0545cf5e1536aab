// One broadcast as both providers report it: signed requests to the Worker, in order.
#pragma once

#include "edge/clock.h"
#include "edge/http/request.h"
#include "simulation/world.h"

#include <string>
#include <vector>

namespace simulation {

inline const std::string first_asset = "assetOfTheFirstBroadcast";
inline const std::string first_video = "0123456789abcdef0123456789abcdef";

struct delivery {
  std::string name; // such as "mux video.asset.ready"
  edge::request request;
  std::string body;
};

// A stream, by default the only one, has a broadcast of one minute from `begin`. Requests are signed at the
// time of the world's clock, and again by `sign`.
std::vector<delivery> broadcast(const world& around, edge::timestamp begin, const std::string& mux_asset,
                                const std::string& cloudflare_video, const std::string& stream_id = "");

// The broadcast takes place and appears in both providers' lists, but no webhook is sent.
void take_place(world& around, edge::timestamp begin, const std::string& mux_asset,
                const std::string& cloudflare_video);

// The same event, sent now.
delivery sign(const world& around, delivery what);

} // namespace simulation
