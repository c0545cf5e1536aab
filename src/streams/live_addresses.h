// Where a broadcast that is under way is watched.
#pragma once

#include "cloudflare/lifecycle.h"
#include "edge/clock.h"
#include "mux/playback_urls.h"
#include "streams/stream_record.h"

#include <optional>
#include <string>

namespace streams {

struct live_addresses {
  // By Cloudflare's documentation what comes in by WHIP plays by WHEP and is neither recorded nor sent on,
  // and what comes in by RTMPS or SRT never plays by WHEP. So nothing where one of the providers records.
  std::optional<std::string> whep;
  std::string llhls;
  std::string hls;
  std::string dash;
  std::string iframe;
  std::optional<std::string> mux_hls; // where it has come to Mux
  std::optional<std::string> poster;  // where there is a picture of it

  // With what the playback host said, if it did: the recording that grows plays from its beginning on, while
  // the live input's own addresses lead to whatever comes in.
  static live_addresses of(const stream_record& stream, const std::optional<cloudflare::lifecycle>& said,
                           const mux::playback_urls& at_mux, edge::timestamp now);
};

} // namespace streams
