// What was asked of a stream since its creation: the fold of its changes. As with broadcasts, neither order
// nor repetition matters.
#pragma once

#include "edge/clock.h"
#include "json/reader.h"
#include "json/writer.h"
#include "streams/model/broadcast_state.h"
#include "streams/model/change.h"
#include "streams/model/registers.h"

#include <optional>
#include <string>
#include <tuple>

namespace streams {

class desired_state {
public:
  // Changes about broadcasts are ignored: broadcast_state folds them.
  void fold(const change& asked);
  void join(const desired_state& other);

  // The newest of each kind; unknown if it was never asked for.
  [[nodiscard]] const latest<std::string>& title() const { return title_; }
  [[nodiscard]] const latest<bool>& simulcast() const { return simulcast_; }
  [[nodiscard]] const latest<bool>& is_private() const { return private_; }
  [[nodiscard]] bool downloads() const { return downloads_ && downloads_.value(); }
  // What viewers are told before a broadcast. No value, or an empty one: nothing.
  [[nodiscard]] const latest<std::optional<edge::timestamp>>& start() const { return start_; }
  [[nodiscard]] const latest<std::string>& description() const { return description_; }
  [[nodiscard]] const latest<std::string>& cover() const { return cover_; }
  [[nodiscard]] const moment& ended() const { return ended_; }
  [[nodiscard]] const moment& rotated() const { return rotated_; }
  [[nodiscard]] const moment& stopped() const { return stopped_; }
  // Whether a right to publish that was given then does not hold any more: the phone was stopped since, or
  // the credentials were replaced.
  [[nodiscard]] bool cut_off_since(edge::timestamp then) const {
    return (stopped_ && stopped_.at() >= then) || (rotated_ && rotated_.at() >= then);
  }
  [[nodiscard]] bool closed() const { return closed_.known(); }
  [[nodiscard]] bool deleted() const { return deleted_.known(); }
  [[nodiscard]] bool recordings_deleted() const { return recordings_deleted_.known(); }
  [[nodiscard]] const latest<mux_side>& backup() const { return backup_; }
  // Whether both providers' lists were checked since then and lacked a recording.
  [[nodiscard]] bool checked_since(edge::timestamp then) const { return checked_ && checked_.at() >= then; }

  // The time of the newest change.
  [[nodiscard]] std::optional<edge::timestamp> newest_change() const;

  [[nodiscard]] json::object to_json() const;
  static desired_state from_json(const json::value& from);

  bool operator==(const desired_state&) const = default;

private:
  latest<std::string> title_;
  latest<bool> simulcast_;
  latest<bool> private_;
  latest<bool> downloads_;
  latest<std::optional<edge::timestamp>> start_;
  latest<std::string> description_;
  latest<std::string> cover_;
  moment ended_;
  moment closed_;
  moment rotated_;
  moment stopped_;
  moment deleted_;
  moment recordings_deleted_;
  moment checked_;
  latest<mux_side> backup_;

  static constexpr std::tuple registers{
      named_register{"title", &desired_state::title_},
      named_register{"simulcast", &desired_state::simulcast_},
      named_register{"private", &desired_state::private_},
      named_register{"downloads", &desired_state::downloads_},
      named_register{"start", &desired_state::start_},
      named_register{"description", &desired_state::description_},
      named_register{"cover", &desired_state::cover_},
      named_register{"ended", &desired_state::ended_},
      named_register{"closed", &desired_state::closed_},
      named_register{"rotated", &desired_state::rotated_},
      named_register{"stopped", &desired_state::stopped_},
      named_register{"deleted", &desired_state::deleted_},
      named_register{"recordingsDeleted", &desired_state::recordings_deleted_},
      named_register{"checked", &desired_state::checked_},
      named_register{"backup", &desired_state::backup_},
  };
};

// What a stream's facts say.
struct stream_facts {
  desired_state desired;
  broadcast_state broadcasts;
  told_events told = {};

  void fold(const change& known) {
    desired.fold(known);
    broadcasts.fold(known);
    if (known.told) {
      told.join(*known.told);
    }
  }
  // Of a provider.
  void fold(const auto& said) { broadcasts.fold(said); }
};

} // namespace streams
