// What was asked of a stream after it was made: the fold of its changes. Like the broadcasts' fold it is the
// same whatever their order, and however often one is folded.
#pragma once

#include "edge/clock.h"
#include "json/object.h"
#include "json/value.h"
#include "streams/change.h"
#include "streams/latest.h"

#include <optional>
#include <string>

namespace streams {

class management {
public:
  void fold(const change& asked);
  void join(const management& other);

  // The newest of each; nothing where it was never asked for.
  const latest<std::string>& title() const { return title_; }
  const latest<bool>& simulcast() const { return simulcast_; }
  bool ended() const { return ended_.known(); }
  bool deleted() const { return deleted_.known(); }

  // The time of the newest change.
  std::optional<edge::timestamp> newest_change() const;

  json::object to_json() const;
  static management from_json(const json::value& from);

  bool operator==(const management&) const = default;

private:
  latest<std::string> title_;
  latest<bool> simulcast_;
  latest<std::monostate> ended_;
  latest<std::monostate> deleted_;
};

} // namespace streams
