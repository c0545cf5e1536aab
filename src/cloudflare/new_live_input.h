// What is asked for when a live input is made.
#pragma once

#include <optional>
#include <string>

namespace cloudflare {

struct new_live_input {
  std::string name;                   // shown in Cloudflare's dashboard
  std::string tag;                    // our stream's id, to find the input by
  std::optional<std::string> creator; // stamped on recordings
  bool require_signed_urls = false;   // live and recorded playback need a token
  bool prefer_low_latency = false;    // LL-HLS, for encoders that send no B-frames
};

} // namespace cloudflare
