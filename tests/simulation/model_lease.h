// Leases with the behaviour of the Durable Object in worker/lease.js.
#pragma once

#include "edge/clock.h"
#include "edge/operation.h"

#include <cstddef>
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

  // What the platform counts until each lease is forgotten: as in model_rooms.
  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t alarms() const { return alarms_; }

private:
  void keep(lease& what, edge::timestamp until, edge::timestamp now);

  std::map<std::string, lease, std::less<>> all_;
  std::size_t rows_ = 0;
  std::size_t alarms_ = 0;
};

} // namespace simulation
