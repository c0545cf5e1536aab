// What Mux said once: a webhook without what does not matter and without every secret that is in it (stream
// keys, passphrases).
#pragma once

#include "edge/clock.h"
#include "mux/fact_kind.h"
#include "mux/playback_id.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mux {

struct fact {
  static constexpr std::size_t max_metadata_size = 1024; // what Workers KV takes

  std::string event_id; // the same for every delivery of an event; letters, digits and hyphens
  fact_kind kind;
  edge::timestamp at; // by Mux's clock
  std::string live_stream_id;
  std::optional<std::string> asset_id = std::nullopt; // the recording; every asset_… fact has one
  // Of the recording. A webhook that it is complete or has failed comes without.
  std::optional<playback_id> playback = std::nullopt;
  std::optional<bool> is_live = std::nullopt;               // of the recording: whether it still grows
  std::optional<double> duration = std::nullopt;            // of the recording, in seconds
  std::optional<edge::timestamp> started_at = std::nullopt; // of the recording: when its first media arrived
  std::optional<std::string> passthrough = std::nullopt;    // what our own create call gave, if it was ours
  std::optional<std::string> error = std::nullopt;          // the type of an asset's error

  bool operator==(const fact&) const = default;

  // A JSON object of at most max_metadata_size bytes, to be kept beside a key.
  [[nodiscard]] std::string to_metadata() const;

  // The reverse; nothing for a text that to_metadata does not write.
  [[nodiscard]] static std::optional<fact> from_metadata(std::string_view text);
};

} // namespace mux
