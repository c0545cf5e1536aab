// One broadcast as both providers report it: signed requests to the Worker, in order.
#pragma once

#include "edge/clock.h"
#include "edge/http/request.h"
#include "simulation/model_mux.h"
#include "simulation/world.h"

#include <chrono>
#include <string>
#include <vector>

namespace simulation {

inline const std::string first_asset = "assetOfTheFirstBroadcast";
inline const std::string first_video = "0123456789abcdef0123456789abcdef";

struct delivery {
  std::string name; // such as "mux video.asset.ready"
  int second;       // of the broadcast in which its provider sends it
  edge::request request;
  std::string body;
};

// What the providers know of a broadcast.
struct told_broadcast {
  edge::timestamp begin;
  std::string live_input;             // empty if Cloudflare does not receive it
  model_mux::live_stream live_stream; // without an id if Mux does not
  std::string mux_asset;
  std::string playback_id;
  std::string cloudflare_video;
};

// What is sent when it begins, and when it has ended after so long. Unsigned.
std::vector<delivery> beginning_of(const told_broadcast& what);
std::vector<delivery> end_of(const told_broadcast& what, std::chrono::seconds length);

// A stream, by default the only one, has a broadcast of one minute from `begin`. Requests are signed at the
// time of the world's clock, and again by `sign`.
std::vector<delivery> broadcast(const world& around, edge::timestamp begin, const std::string& mux_asset,
                                const std::string& cloudflare_video, const std::string& stream_id = "");

// The broadcast takes place and appears in both providers' lists, but no webhook is sent.
void take_place(world& around, edge::timestamp begin, const std::string& mux_asset,
                const std::string& cloudflare_video);

// The same event, sent now to the deployment that serves, with its secrets.
delivery sign(const world& around, delivery what);

} // namespace simulation
