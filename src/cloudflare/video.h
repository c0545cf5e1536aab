// A video: the recording of a broadcast, while it grows and after (Cloudflare API reference, Stream, Videos),
// as much of it as is used here, checked.
#pragma once

#include "edge/clock.h"

#include <cstdint>
#include <optional>
#include <string>

namespace cloudflare {

enum class video_state : std::uint8_t {
  live,   // a broadcast is being recorded
  ready,  // it is whole and playable, though perhaps not yet in every quality
  failed, // there is no recording
  other,  // queued, being processed, or an upload on its way
};

struct video {
  std::string id;
  video_state state;
  bool ready_to_stream; // playable, also while it grows
  std::optional<edge::timestamp> created;
  edge::timestamp modified;           // its last change that is known of
  std::optional<double> duration;     // in seconds; unknown while it grows
  std::optional<std::string> hls_url; // the addresses: at one of the playback hosts
  std::optional<std::string> dash_url;
  std::optional<std::string> thumbnail_url;
  std::optional<std::string> error_code; // such as ERR_MALFORMED_VIDEO
  std::optional<std::string> live_input_id;
};

} // namespace cloudflare
