// What viewers can watch of a stream now.
#pragma once

#include "edge/clock.h"
#include "streams/model/broadcast.h"
#include "streams/model/recording.h"
#include "streams/model/stream.h"
#include "streams/settings/settings.h"
#include "streams/watch/signed_playback.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streams {

enum class playback_status : std::uint8_t {
  ready,      // nobody has broadcast yet
  live,       // somebody is broadcasting
  processing, // the last broadcast is over, and its recording is not ready
  completed,  // it is ready, or none is expected
};

std::string_view name_of(playback_status status);

struct playback {
  playback_status status;
  // Whether only another broadcast can change this.
  bool settled;
  std::vector<broadcast> broadcasts; // the newest first

  // The newest broadcast with a playable recording; nullptr without one.
  [[nodiscard]] const broadcast* recorded() const;
};

playback playback_of(const stream_record& stream, edge::timestamp now);

// Where a broadcast under way plays.

struct live_addresses {
  // At the relay, if the plan has one. At Cloudflare, by its documentation, a WHIP ingest plays by WHEP and
  // is neither recorded nor sent on, and an RTMPS or SRT ingest never plays by WHEP. So there it is nullopt
  // for an encoder, and while one of the providers records.
  std::optional<std::string> whep = {};
  std::optional<std::string> whep_token = {}; // the relay's bearer, for an hour; Cloudflare asks for none
  std::optional<std::string> hls = {};
  std::optional<std::string> dash = {};
  std::optional<std::string> iframe = {};
  std::optional<std::string> mux_hls = {}; // once the broadcast has reached Mux
  std::optional<std::string> poster = {};  // if there is a picture of it

  // `growing` is Cloudflare's recording of this broadcast, or nullptr if it is unknown. Only its picture is
  // used: the live input's own addresses stay the same from the first second to the last, so no player starts
  // again when the recording becomes known.
  static live_addresses of(const stream_record& stream, const recording* growing,
                           const playback_addresses& played, const std::optional<relay_settings>& relay,
                           edge::timestamp now);
};

// A player tries the rungs of the ladder in order, until something plays.

enum class rung_kind : std::uint8_t { whep, hls, dash, iframe, recording };

// Where it plays from.
enum class rung_source : std::uint8_t { cloudflare, mux, relay };

std::string_view name_of(rung_kind kind);
std::string_view name_of(rung_source source);

struct rung {
  rung_kind kind;
  rung_source source;
  std::string url;
  std::string token = {}; // a bearer for every request; may be empty

  bool operator==(const rung&) const = default;
};

// Of a broadcast under way. WHEP comes first if it may play: otherwise it fails at once (409), while a
// manifest that is still empty (204) is polled. An earlier broadcast's recording is not a rung.
std::vector<rung> ladder_of(const live_addresses& live);

// Of a recorded broadcast: the longest recording of each source, the preferred source first.
std::vector<rung> ladder_of(const broadcast& recorded, const playback_addresses& played);

} // namespace streams
