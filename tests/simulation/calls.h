// How often the providers' APIs were called.
#pragma once

#include "simulation/model_mux.h"
#include "simulation/world.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace simulation {

// The largest number of calls of that kind within this time.
template <class Predicate>
std::ptrdiff_t most_within(edge::milliseconds time, const std::vector<provider_call>& calls, Predicate of) {
  std::ptrdiff_t most = 0;
  for (const provider_call& first : calls) {
    if (of(first)) {
      most = std::max(most, std::ranges::count_if(calls, [&](const provider_call& each) {
                        return of(each) && each.at >= first.at && each.at < first.at + time;
                      }));
    }
  }
  return most;
}

inline bool at_mux(const provider_call& call) { return call.url.starts_with(model_mux::address); }
inline bool posts_at_mux(const provider_call& call) { return at_mux(call) && call.method == "POST"; }
inline bool others_at_mux(const provider_call& call) { return at_mux(call) && call.method != "POST"; }
inline bool at_cloudflare(const provider_call& call) { return !at_mux(call); }

} // namespace simulation
