// Where a broadcast that is under way is watched.
#pragma once

#include "cloudflare/lifecycle.h"
#include "edge/clock.h"
#include "streams/relay_settings.h"
#include "streams/stream_record.h"
#include "streams/viewing_addresses.h"

#include <optional>
#include <string>

namespace streams {

struct live_addresses {
  // At the relay, where the plan has one. At Cloudflare, by its documentation, what comes in by WHIP plays by
  // WHEP and is neither recorded nor sent on, and what comes in by RTMPS or SRT never plays by WHEP. So there
  // it is nothing for an encoder, and where one of the providers records.
  std::optional<std::string> whep = {};
  std::optional<std::string> whep_token = {}; // the relay's bearer, for an hour; Cloudflare asks for none
  std::optional<std::string> llhls = {};
  std::optional<std::string> hls = {};
  std::optional<std::string> dash = {};
  std::optional<std::string> iframe = {};
  std::optional<std::string> mux_hls = {}; // where it has come to Mux
  std::optional<std::string> poster = {};  // where there is a picture of it

  // With what the playback host said, if it did: the recording that grows plays from its beginning on, while
  // the live input's own addresses lead to whatever comes in.
  static live_addresses of(const stream_record& stream, const std::optional<cloudflare::lifecycle>& said,
                           const viewing_addresses& played, const std::optional<relay_settings>& relay,
                           edge::timestamp now);
};

} // namespace streams
