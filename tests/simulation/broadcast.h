// What both providers say of one broadcast, as signed requests to the Worker, in the order in which they say
// it.
#pragma once

#include "edge/clock.h"
#include "edge/http/request.h"
#include "simulation/world.h"

#include <string>
#include <vector>

namespace simulation {

struct delivery {
  std::string name; // such as "mux video.asset.ready"
  edge::request request;
  std::string body;
};

// The one live input of the world and its one live stream, on which somebody broadcasts for a minute from
// `begin`. All are signed at the time of the world's clock, and again by `sign`.
std::vector<delivery> broadcast(const world& around, edge::timestamp begin, const std::string& mux_asset,
                                const std::string& cloudflare_video);

// The same broadcast takes place, and both providers' lists say so; nobody is told of it.
void take_place(world& around, edge::timestamp begin, const std::string& mux_asset,
                const std::string& cloudflare_video);

// The same, sent now.
delivery sign(const world& around, delivery what);

} // namespace simulation
