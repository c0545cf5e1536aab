// A fact of our own about a stream: a change that somebody asked for, or something that the proxy or the
// schedule found out. Written once, under its own key.
#pragma once

#include "edge/clock.h"
#include "streams/model/host_event.h"
#include "streams/model/provider_sides.h"
#include "streams/model/transfer.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace streams {

enum class change_kind : std::uint8_t {
  renamed,            // it has a new title
  ended,              // nobody should broadcast to it any more
  simulcast_set,      // the output to Mux was switched on or off
  closed,             // it was ended at both providers
  rotated,            // its credentials were replaced; older ones are dead
  deleted,            // it is being deleted, and already answers 404
  recordings_deleted, // its recordings are deleted with it
  recordings_checked, // while it was live, the providers' lists lacked a recording
  backup_attached,    // it got the backup that its creation could not attach
  // Somebody published by WHIP through our proxy, which providers may not report. broadcast_state folds
  // these.
  publishing_begun,
  publishing_ended,
  stopped,        // the publisher by WHIP was cut off; one who is still allowed may begin again
  visibility_set, // other people may watch it than before
  // Only its activity shows these.
  invited,
  invite_cancelled,
  transferred,       // a recording is copied or uploaded; broadcast_state folds this
  file_made,         // a recording has an MP4; broadcast_state folds this
  recording_removed, // one recording is to be deleted, or was; broadcast_state folds this
  downloads_set,     // viewers may download the MP4s, or not any more
  told,              // the host application was told of an event, or it was tried; told_events folds this
  // What viewers are told before a broadcast.
  scheduled, // when it is to start, or not any more
  described, // it has another description, or none
  covered,   // it has another cover picture, or none
};

// The WHIP session that began or ended.
struct publishing_session {
  std::string id;
  edge::timestamp begun;
  std::string relay = {}; // publishing_begun: the address of the relay, if the plan has one
  bool operator==(const publishing_session&) const = default;
};

// The MP4 of a recording.
struct made_file {
  recording_source source;
  std::string recording_id;
  std::string file; // as in a recording
  bool operator==(const made_file&) const = default;
};

// A recording that somebody asked to delete.
struct removed_recording {
  recording_source source;
  std::string recording_id;
  bool is_done = false; // its provider has deleted it
  bool operator==(const removed_recording&) const = default;
};

struct change {
  std::string id; // letters and digits, different for different changes
  change_kind kind;
  edge::timestamp at;                                  // by our clock
  std::string title = {};                              // renamed: at most 800 bytes; of an invite: its name
  bool simulcast = false;                              // simulcast_set
  bool is_private = false;                             // visibility_set
  bool downloads = false;                              // downloads_set
  std::optional<edge::timestamp> start = std::nullopt; // scheduled: nullopt if not any more
  // described, covered: the text or the URL, empty if there is no text any more. Nullopt if it is only in the
  // change's value, because the metadata has no room for it.
  std::optional<std::string> text = std::nullopt;
  std::optional<mux_side> backup = std::nullopt; // backup_attached
  publishing_session session = {};               // publishing_begun, publishing_ended
  // Who asked for it: the subject of a token, or the name of an invite. Empty if that is not known, or too
  // long for the metadata.
  std::string by = {};
  std::optional<transfer> moved = std::nullopt;            // transferred
  std::optional<made_file> made = std::nullopt;            // file_made
  std::optional<told_event> told = std::nullopt;           // told: one attempt
  std::optional<removed_recording> removed = std::nullopt; // recording_removed

  // A change whose id is the name of its kind: for changes that happen once, or of which only the newest
  // matters. Asking again overwrites the same key, and the change can be read without a list.
  static change only(change_kind kind, edge::timestamp at);
  // What is known of a transfer, under a key for each that keeps the newest.
  static change of(const transfer& what, edge::timestamp at);
  // The same for a file.
  static change of(made_file what, edge::timestamp at);
  // One attempt to tell the host application of an event, under a key of its own. Of those by hand, the
  // event has one key for the newest and one for the newest success: nobody fills the store by asking.
  static change of(told_event one_attempt, edge::timestamp at);
  // What was asked and what was done have keys of their own, because only the first one says who asked.
  static change of(removed_recording what, edge::timestamp at);

  bool operator==(const change&) const = default;

  // A JSON object of at most 1,024 bytes, to be stored as a key's metadata. What has no room is left out:
  // `text`, then `by`.
  [[nodiscard]] std::string to_metadata() const;
  // The same with everything, to be stored as the key's value.
  [[nodiscard]] std::string to_value() const;
  // The reverse of both; nullopt for a text that they do not write.
  static std::optional<change> from_metadata(std::string_view text);

private:
  [[nodiscard]] std::string to_json(std::size_t most) const;
};

// The name under which changes store it.
std::string_view name_of(change_kind kind);

} // namespace streams
