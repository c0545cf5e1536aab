// The alarms of the streams' rooms, what rooms store, and the paces that they share: worker/room.js and
// worker/pace.js.
#pragma once

#include "edge/clock.h"
#include "edge/operation.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace simulation {

class model_rooms {
public:
  struct ringing {
    std::string name;
    std::string due; // separated by commas
    std::string memory;
  };

  void wake(const edge::operation::wake& what);
  // The core tells the room something, or a page joins. Nobody leaves.
  void hear(const edge::operation::room& what, edge::timestamp now);
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

  // What the platform counts: each key that is written or deleted and each alarm that is set is a row.
  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t alarms() const { return alarms_; }

private:
  struct room {
    std::map<std::string, edge::timestamp> due;
    std::string memory;
    std::map<std::string, std::pair<std::int64_t, std::string>> known; // by role: version and message
    bool is_live = false;
    std::set<std::string> viewers;
    std::size_t peak = 0;
    std::optional<edge::timestamp> counts; // a timer, which costs nothing
    std::optional<edge::timestamp> checks; // an alarm, which counts again
  };
  // Stores what is due, and sets the alarm.
  void plan() { rows_ += 2; }
  void count(room& its, edge::timestamp now);
  // Lets the timers and alarms pass in which rooms count their viewers.
  void count_all(edge::timestamp now);

  std::map<std::string, room> rooms_;
  std::map<std::string, edge::timestamp> paces_;
  std::size_t rows_ = 0;
  std::size_t alarms_ = 0;
};

} // namespace simulation
