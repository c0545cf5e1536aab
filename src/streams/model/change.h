// What became of a stream after it was made by other means than a broadcast: what somebody asked of it, and
// what the schedule found out. Kept as a fact of our own: written once, to a key of its own.
#pragma once

#include "edge/clock.h"
#include "streams/model/provider_sides.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace streams {

enum class change_kind : std::uint8_t {
  renamed,            // it has a new title
  ended,              // its owner is done with it: nobody is to broadcast into it any more
  simulcast_set,      // the backup at Mux was switched on or off
  closed,             // it ended, and both providers were told so
  rotated,            // its credentials were replaced: those that were stored before are dead
  deleted,            // it is being deleted, and is gone for whoever asks
  recordings_deleted, // its recordings are to be deleted with it
  // While somebody was live, neither provider's list had all the recordings that it should have.
  recordings_checked,
  backup_attached, // it got the backup that it could not be made with
  // Somebody published by WHIP through us, where providers may say nothing of it. These say something of
  // broadcasts, not of what was asked for: broadcast_state folds them.
  publishing_begun,
  publishing_ended,
};

// Which session began or ended.
struct publishing_session {
  std::string id;
  edge::timestamp begun;
  bool operator==(const publishing_session&) const = default;
};

struct change {
  std::string id; // letters and digits, not the same for two that differ
  change_kind kind;
  edge::timestamp at;                            // by our clock
  std::string title = {};                        // renamed: at most 800 bytes
  bool simulcast = false;                        // simulcast_set
  std::optional<mux_side> backup = std::nullopt; // backup_attached: what it got
  publishing_session session = {};               // publishing_begun, publishing_ended

  // A change that has the name of its kind for its id, so that asking again writes the same key again, and so
  // that it can be looked for without a list: for what is asked once and for all, or of which only the newest
  // matters.
  static change only(change_kind kind, edge::timestamp at);

  bool operator==(const change&) const = default;

  // A JSON object of at most 1,024 bytes, to be kept beside a key.
  [[nodiscard]] std::string to_metadata() const;
  // The reverse; nothing for a text that to_metadata does not write.
  static std::optional<change> from_metadata(std::string_view text);
};

// The enumerator's name, as changes store it.
std::string_view name_of(change_kind kind);

} // namespace streams
