// The metrics and their Prometheus text format (0.0.4). There are no labels per stream, because they would
// let readers list the streams.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace relay {

struct metrics {
  // since the start
  std::uint64_t offers_accepted = 0;
  std::uint64_t offers_refused = 0;
  std::uint64_t sessions_lost = 0;    // publishers that stopped sending without ending the session
  std::uint64_t sessions_resumed = 0; // lost publishers that returned within the reconnect window
  std::uint64_t ice_restarts = 0;
  std::uint64_t video_frames = 0;
  std::uint64_t key_frames = 0;
  std::uint64_t audio_frames = 0;
  std::uint64_t video_bytes = 0;
  std::uint64_t audio_bytes = 0;
  std::uint64_t dropped_frames = 0; // because there was no RTMP connection
  std::uint64_t uplink_bytes = 0;
  std::uint64_t uplink_connects = 0;
  std::uint64_t uplink_reconnects = 0;

  // now
  std::size_t publishers = 0;
  std::size_t viewers = 0;
  std::size_t uplinks = 0; // RTMP connections that carry a broadcast
  std::uint64_t received_bits_per_second = 0;
  bool draining = false;
};

[[nodiscard]] std::string to_prometheus(const metrics& counted);

} // namespace relay
