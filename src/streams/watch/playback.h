// What there is to watch of a stream at a moment.
#pragma once

#include "cloudflare/types.h"
#include "edge/clock.h"
#include "streams/model/broadcast.h"
#include "streams/model/recording.h"
#include "streams/model/settings.h"
#include "streams/model/stream.h"
#include "streams/watch/signed_playback.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streams {

enum class playback_status : std::uint8_t {
  ready,      // nobody has broadcast yet
  live,       // somebody does
  processing, // the last broadcast is over, and its recording is not there yet
  completed,  // it is there; or there is none, and none is to be expected
};

std::string_view name_of(playback_status status);

struct playback {
  playback_status status;
  // Whether nothing but another broadcast will change what is here.
  bool settled;
  std::vector<broadcast> broadcasts; // the newest first

  // The newest broadcast that has a recording to play; nothing if none has.
  const broadcast* recorded() const;
};

playback playback_of(const stream_record& stream, edge::timestamp now);

// Where a broadcast that is under way is watched.

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
                           const playback_addresses& played, const std::optional<relay_settings>& relay,
                           edge::timestamp now);
};

// The order in which a player tries what there is to watch, until something plays.

enum class rung_kind : std::uint8_t { whep, llhls, hls, dash, iframe, recording };

// Who it is played from.
enum class rung_source : std::uint8_t { cloudflare, mux, relay };

std::string_view name_of(rung_kind kind);
std::string_view name_of(rung_source source);

struct rung {
  rung_kind kind;
  rung_source source;
  std::string url;
  std::string token = {}; // to send as a bearer with every request; or empty

  bool operator==(const rung&) const = default;
};

// Of a broadcast under way. WHEP comes first where it may play: where it does not, it is refused at once
// (409), while a manifest that has nothing to show yet (204) is asked for again and again. An earlier
// broadcast's recording is no substitute for this one, and is no rung.
std::vector<rung> ladder_of(const live_addresses& live);

// Of a recorded broadcast: the preferred source first, each with the longest that it has.
std::vector<rung> ladder_of(const broadcast& recorded, const playback_addresses& played);

} // namespace streams
