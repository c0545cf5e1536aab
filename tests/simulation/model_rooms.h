// The alarms of the streams' rooms, and the paces that they share: worker/room.js and worker/pace.js.
#pragma once

#include "edge/clock.h"
#include "edge/operation.h"

#include <map>
#include <optional>
#include <string>

namespace simulation {

class model_rooms {
public:
  struct ringing {
    std::string name;
    std::string due; // separated by commas
    std::string memory;
  };

  void wake(const edge::operation::wake& what);
  // When the first alarm rings.
  [[nodiscard]] std::optional<edge::timestamp> next() const;
  // The alarm that rings first, if that is now or before. What was due for it is due no more.
  std::optional<ringing> take(edge::timestamp now);
  // What it was to do failed, and is due again later.
  void ring_again(const ringing& what, edge::timestamp now);
  // Every room is lost.
  void lose_all() { rooms_.clear(); }

  // When the turn comes; nullopt if that is too late.
  std::optional<edge::timestamp> turn(const edge::operation::pace& of, edge::timestamp now);

private:
  struct room {
    std::map<std::string, edge::timestamp> due;
    std::string memory;
  };
  std::map<std::string, room> rooms_;
  std::map<std::string, edge::timestamp> paces_;
};

} // namespace simulation
