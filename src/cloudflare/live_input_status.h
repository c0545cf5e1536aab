// What a live input says of its encoder. Cloudflare documents a word ("connected", "client_disconnect", …)
// and answers an object {"current": {"state", "ingestProtocol", "statusEnteredAt", …}}: both are read.
#pragma once

#include "edge/clock.h"

#include <cstdint>
#include <optional>

namespace cloudflare {

enum class encoder_state : std::uint8_t {
  connected,
  disconnected, // it is gone; within the dropout window it may come back
  errored,      // what it sends cannot be used
  unknown,      // a word that says none of these
};

enum class ingest_protocol : std::uint8_t { rtmp, srt, webrtc };

struct live_input_status {
  encoder_state state;
  std::optional<ingest_protocol> protocol = std::nullopt;
  std::optional<edge::timestamp> since = std::nullopt; // when it entered the state

  bool operator==(const live_input_status&) const = default;
};

} // namespace cloudflare
