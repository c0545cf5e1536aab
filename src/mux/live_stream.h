// A live stream as Mux describes it (Mux API reference, Live Streams): as much of it as is used here,
// checked.
#pragma once

#include "crypto/secret.h"
#include "edge/clock.h"
#include "mux/playback_id.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mux {

enum class live_stream_status : std::uint8_t {
  idle,     // nothing arrives, or it is not playable yet
  active,   // broadcasting, also while a lost encoder may come back
  disabled, // encoders are refused
};

struct live_stream {
  std::string id;
  crypto::secret stream_key;
  live_stream_status status;
  std::optional<playback_id> playback;                      // of the stream, not of its recordings
  std::optional<std::string> passthrough;                   // what was given when it was made
  std::optional<std::string> active_asset_id;               // the recording under way
  std::optional<edge::timestamp> created_at = std::nullopt; // to leave alone what is only just being made

  // Where a browser would publish to it by WHIP, below settings::whip_url: a credential as a whole. Mux
  // documents no such endpoint, so nothing is to be promised of it.
  [[nodiscard]] crypto::secret whip_url(std::string_view base) const {
    return crypto::secret(std::string(base) + '/' + std::string(stream_key.text()) + "/whip");
  }
};

} // namespace mux
