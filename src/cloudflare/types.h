// Cloudflare Stream's objects (Cloudflare API reference, Stream): the checked parts that are used here.
#pragma once

#include "crypto/secret.h"
#include "edge/clock.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloudflare {

enum class encoder_state : std::uint8_t {
  connected,
  disconnected, // it is gone; within the dropout window it may come back
  errored,      // what it sends cannot be used
  unknown,      // any other word
};

// What a live input says about its encoder. Cloudflare documents a word ("connected", "client_disconnect", …)
// and answers an object {"current": {"state", "statusEnteredAt", …}}. Both are read.
struct live_input_status {
  encoder_state state;
  std::optional<edge::timestamp> since = std::nullopt; // when it entered the state
  std::optional<std::string> reason = std::nullopt;    // such as badRequest or ERR_GOP_OUT_OF_RANGE

  bool operator==(const live_input_status&) const = default;
};

// A live input with its addresses and credentials. The WHIP address is a credential as a whole: its secret is
// in the path.
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

  bool require_signed_urls = false;                       // playback needs a token
  bool enabled = true;                                    // encoders are admitted; not documented for WHIP
  std::optional<live_input_status> status = std::nullopt; // missing if no encoder has ever connected
};

// A live input as the list shows it: without addresses and credentials.
struct listed_live_input {
  std::string id;
  std::string tag;                        // our stream's id
  std::optional<edge::timestamp> created; // tells new live inputs from abandoned ones
};

struct live_input_list {
  std::vector<listed_live_input> live_inputs; // the requested ones
  bool more;                                  // Cloudflare did not list all
};

struct new_live_input {
  std::string name;                 // shown in Cloudflare's dashboard
  std::string tag;                  // our stream's id, to find the input by
  bool require_signed_urls = false; // live and recorded playback need a token
};

// Where Cloudflare forwards what comes into a live input.
struct output {
  std::string id;
  std::string url;
  crypto::secret stream_key;
  bool enabled;
};

enum class video_state : std::uint8_t {
  live,   // a broadcast is being recorded
  ready,  // it is complete and playable, though perhaps not yet in every quality
  failed, // there is no recording
  other,  // queued, being processed, or being uploaded
};

// The recording of a broadcast, while it grows and after.
struct video {
  std::string id;
  video_state state;
  std::optional<edge::timestamp> created;
  edge::timestamp modified;                   // its last known change
  std::optional<edge::milliseconds> duration; // unknown while it grows
  std::optional<std::string> hls_url;         // at one of the playback hosts
  std::optional<std::string> error_code;      // such as ERR_MALFORMED_VIDEO
  std::optional<std::string> live_input_id;
};

// A video that we asked for: a copy, or an upload. Its creator names the stream.
struct made_video {
  video what;
  bool waits = false;        // for its upload
  std::string of = {};       // what it was made of, by the name that new_video gave
  bool shows_source = false; // its meta has the signed address that it was copied from
  std::optional<std::int64_t> percent = std::nullopt; // of the processing
};

struct new_video {
  std::string name;    // shown in Cloudflare's dashboard
  std::string creator; // up to 64 characters, to find the video by
  std::string of;      // the same, among several of a creator
  bool require_signed_urls = false;
};

// A part of a video, from its beginning.
struct video_part {
  std::string_view of; // the video's id
  std::chrono::seconds from;
  std::chrono::seconds to;
};

// An MP4 of a video, made on request.
struct download {
  std::string url; // empty until it is ready
  bool has_failed = false;
  std::optional<std::int64_t> percent = std::nullopt; // how far it is
};

// A one-time address to upload to by tus, which is a credential.
struct upload {
  crypto::secret url;
  std::string video_id;
};

} // namespace cloudflare
