// What each request, alarm and run of the schedule may cost: what docs/operations.md and docs/architecture.md
// promise, and what the platform allows. Violations are recorded in the world.
#pragma once

#include "edge/clock.h"
#include "edge/http/request.h"

#include <array>
#include <cstddef>
#include <deque>
#include <string_view>

namespace simulation {

class world;
struct served;

// Once it is answered and at rest, or was killed.
void check_budget(world& in, const edge::request& to, const served& done);

// Whether a Worker was not started by a request.
bool is_run(const edge::request& request);

// The calls of providers by all alarms and runs of a deployment with paces, which together keep to four
// fifths of the providers' rate limits: at Mux one POST and five other calls a second, at Cloudflare 1,200
// calls in five minutes.
class paced_calls {
public:
  // One more, not before the last, by the name of its step. The limit that it exceeds; empty for none.
  std::string_view add(std::string_view name, edge::timestamp at);

private:
  struct limit {
    std::string_view name;
    edge::milliseconds time;
    std::size_t most;
    std::deque<edge::timestamp> calls{};
  };
  static std::string_view add(limit& to, edge::timestamp at);

  limit posts_at_mux_{.name = "one POST in 1.25 s at Mux", .time = edge::milliseconds{1250}, .most = 1};
  limit others_at_mux_{.name = "four calls a second at Mux", .time = edge::milliseconds{1000}, .most = 4};
  limit at_cloudflare_{
      .name = "960 calls in five minutes at Cloudflare", .time = edge::milliseconds{300'000}, .most = 960};
};

} // namespace simulation
