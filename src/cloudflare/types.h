// What an account's playback host says to everybody of a live input or a video (Cloudflare Stream
// documentation, "Watch a live stream").
#pragma once

#include "crypto/secret.h"
#include "edge/clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cloudflare {

struct lifecycle {
  bool live;                           // a broadcast is under way that is recorded; no other kind shows here
  std::optional<std::string> video_id; // the recording under way

  bool operator==(const lifecycle&) const = default;
};

// What a live input says of its encoder. Cloudflare documents a word ("connected", "client_disconnect", …)
// and answers an object {"current": {"state", "ingestProtocol", "statusEnteredAt", …}}: both are read.

enum class encoder_state : std::uint8_t {
  connected,
  disconnected, // it is gone; within the dropout window it may come back
  errored,      // what it sends cannot be used
  unknown,      // a word that says none of these
};

struct live_input_status {
  encoder_state state;
  std::optional<edge::timestamp> since = std::nullopt; // when it entered the state

  bool operator==(const live_input_status&) const = default;
};

// A live input with its addresses and credentials, checked (Cloudflare API reference, Stream, Live Inputs).
// The WHIP address is a credential as a whole: its secret is in the path.

struct live_input {
  std::string id;

  crypto::secret whip_url;
  std::string rtmps_url;
  crypto::secret rtmps_key;
  std::string srt_url; // without the two parameters that follow
  crypto::secret srt_stream_id;
  crypto::secret srt_passphrase;

  // The account's playback host, without a slash at its end. Everything below it begins with the id of a live
  // input or a video or, with signed URLs, with a token in its place.
  std::string customer_url;

  bool enabled = true; // encoders are admitted; of WHIP that is not documented
  std::optional<live_input_status> status = std::nullopt; // nothing: no encoder has ever connected
};

// What is to be different about a live input; what is not given stays.

struct live_input_change {
  std::optional<std::string> name = std::nullopt; // shown in Cloudflare's dashboard
  std::optional<bool> enabled = std::nullopt; // false ends a broadcast by RTMPS or SRT and refuses the next
};

// A live input as the list shows it: without addresses and credentials.

struct listed_live_input {
  std::string id;
  std::string tag;                        // our stream's id
  std::optional<edge::timestamp> created; // to leave alone what is only just being made
};

// Live inputs as the list shows them.

struct live_input_list {
  std::vector<listed_live_input> live_inputs; // those that were asked for
  bool more;                                  // Cloudflare has some that it did not list
};

// What is asked for when a live input is made.

struct new_live_input {
  std::string name;                 // shown in Cloudflare's dashboard
  std::string tag;                  // our stream's id, to find the input by
  bool require_signed_urls = false; // live and recorded playback need a token
};

// An output: where Cloudflare sends on what comes into a live input (Cloudflare API reference, Stream,
// Outputs).

struct output {
  std::string id;
  std::string url;
  crypto::secret stream_key;
  bool enabled;
};

// A video: the recording of a broadcast, while it grows and after (Cloudflare API reference, Stream, Videos),
// as much of it as is used here, checked.

enum class video_state : std::uint8_t {
  live,   // a broadcast is being recorded
  ready,  // it is whole and playable, though perhaps not yet in every quality
  failed, // there is no recording
  other,  // queued, being processed, or an upload on its way
};

struct video {
  std::string id;
  video_state state;
  std::optional<edge::timestamp> created;
  edge::timestamp modified;              // its last change that is known of
  std::optional<double> duration;        // in seconds; unknown while it grows
  std::optional<std::string> hls_url;    // at one of the playback hosts
  std::optional<std::string> error_code; // such as ERR_MALFORMED_VIDEO
  std::optional<std::string> live_input_id;
};

} // namespace cloudflare
