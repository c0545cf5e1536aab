// Leases with the behaviour of the Durable Object in worker/lease.js.
#pragma once

#include "edge/clock.h"
#include "edge/operation.h"

#include <map>
#include <string>

namespace simulation {

class model_lease {
public:
  edge::operation::lease::result take(const edge::operation::lease& step, edge::timestamp now);

  struct lease {
    edge::operation::lease::result told;
    edge::timestamp held_until;
    edge::timestamp kept_until;
  };
  [[nodiscard]] const std::map<std::string, lease, std::less<>>& all() const { return all_; }

private:
  std::map<std::string, lease, std::less<>> all_;
};

} // namespace simulation
