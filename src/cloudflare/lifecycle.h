// What an account's playback host says to everybody of a live input or a video (Cloudflare Stream
// documentation, "Watch a live stream").
#pragma once

#include <optional>
#include <string>

namespace cloudflare {

struct lifecycle {
  bool is_input;                       // the id is a live input's
  bool live;                           // a broadcast is under way that is recorded; no other kind shows here
  std::optional<std::string> video_id; // the recording under way

  bool operator==(const lifecycle&) const = default;
};

} // namespace cloudflare
