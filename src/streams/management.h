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
#include <variant>

namespace streams {

class management {
public:
  // What says something of broadcasts says nothing here.
  void fold(const change& asked);
  void join(const management& other);

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
  static management from_json(const json::value& from);

  bool operator==(const management&) const = default;

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

} // namespace streams
