// An asset as Mux describes it (Mux API reference, Assets): a recording, as much of it as is used here,
// checked.
#pragma once

#include "edge/clock.h"
#include "mux/playback_id.h"

#include <cstdint>
#include <optional>
#include <string>

namespace mux {

enum class asset_status : std::uint8_t {
  preparing, // not playable yet
  ready,     // playable, perhaps while it still grows
  errored,   // it has failed
};

struct asset {
  std::string id;
  asset_status status;
  bool is_live;                                    // whether it still grows
  std::optional<double> duration;                  // in seconds; unknown, or of its beginning, while it grows
  std::optional<playback_id> playback;             // not the live stream's
  std::optional<edge::timestamp> started_at;       // when its first media arrived
  std::optional<edge::timestamp> created_at;       // to the second
  std::optional<std::string> error = std::nullopt; // the type of what went wrong, such as invalid_input
  std::optional<std::string> live_stream_id;       // nothing: it was uploaded
  std::optional<std::string> passthrough;          // what new_live_stream gave
};

} // namespace mux
