// What was asked of a stream after it was made: the fold of its changes. Like the broadcasts' fold it is the
// same whatever their order, and however often one is folded.
#pragma once

#include "edge/clock.h"
#include "json/reader.h"
#include "json/writer.h"
#include "streams/model/broadcast_state.h"
#include "streams/model/change.h"
#include "streams/model/registers.h"

#include <optional>
#include <string>
#include <variant>

namespace streams {

class desired_state {
public:
  // What says something of broadcasts says nothing here.
  void fold(const change& asked);
  void join(const desired_state& other);

  // The newest of each; nothing where it was never asked for.
  const latest<std::string>& title() const { return title_; }
  const latest<bool>& simulcast() const { return simulcast_; }
  const latest<std::monostate>& ended() const { return ended_; }
  const latest<std::monostate>& rotated() const { return rotated_; }
  bool closed() const { return closed_.known(); }
  bool deleted() const { return deleted_.known(); }
  bool recordings_deleted() const { return recordings_deleted_.known(); }
  const latest<mux_side>& backup() const { return backup_; }
  // Whether both providers' lists were looked at since then, and something was amiss.
  bool checked_since(edge::timestamp then) const { return checked_ && checked_.at() >= then; }

  // The time of the newest change.
  std::optional<edge::timestamp> newest_change() const;

  json::object to_json() const;
  static desired_state from_json(const json::value& from);

  bool operator==(const desired_state&) const = default;

private:
  latest<std::string> title_;
  latest<bool> simulcast_;
  latest<std::monostate> ended_;
  latest<std::monostate> closed_;
  latest<std::monostate> rotated_;
  latest<std::monostate> deleted_;
  latest<std::monostate> recordings_deleted_;
  latest<std::monostate> checked_;
  latest<mux_side> backup_;
};

// What the facts of our own say of a stream: the fold of its changes.

struct own_facts {
  desired_state desired;      // what was asked of it, or done
  broadcast_state broadcasts; // that somebody published to it

  void fold(const change& known) {
    desired.fold(known);
    broadcasts.fold(known);
  }
};

} // namespace streams
