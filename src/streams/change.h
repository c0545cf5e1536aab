// What somebody asked of a stream after it was made. Kept as a fact of our own: written once, to a key of its
// own.
#pragma once

#include "edge/clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace streams {

enum class change_kind : std::uint8_t {
  renamed,       // it has a new title
  ended,         // its owner is done with it: nobody is to broadcast into it any more
  simulcast_set, // the backup at Mux was switched on or off
  deleted,       // it is being deleted, and is gone for whoever asks
};

struct change {
  std::string id; // letters and digits, never the same twice
  change_kind kind;
  edge::timestamp at;     // by our clock
  std::string title = {}; // renamed: at most 800 bytes
  bool simulcast = false; // simulcast_set

  bool operator==(const change&) const = default;

  // A JSON object of at most 1,024 bytes, to be kept beside a key.
  std::string to_metadata() const;
  // The reverse; nothing for a text that to_metadata does not write.
  static std::optional<change> from_metadata(std::string_view text);
};

} // namespace streams
