// What is kept of a stream: what was made at its creation, and what is known of its broadcasts.
#pragma once

#include "cloudflare/live_input.h"
#include "edge/clock.h"
#include "mux/live_stream.h"
#include "streams/broadcast_state.h"
#include "streams/management.h"
#include "streams/warning.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streams {

// The live input at Cloudflare, without what is secret.
struct cloudflare_side {
  std::string live_input_id;
  std::string customer_url;
  std::string whep_url;
  std::string hls_url;
  std::string dash_url;

  static cloudflare_side of(const cloudflare::live_input& input);

  // Where everybody watches the live input or a recording, by its id.
  std::string hls(std::string_view id) const { return below(id, "/manifest/video.m3u8"); }
  std::string dash(std::string_view id) const { return below(id, "/manifest/video.mpd"); }
  std::string player(std::string_view id) const { return below(id, "/iframe"); }
  std::string thumbnail(std::string_view id) const { return below(id, "/thumbnails/thumbnail.jpg"); }

private:
  std::string below(std::string_view id, std::string_view rest) const;
};

// The backup at Mux, and the output at Cloudflare that feeds it.
struct mux_side {
  std::string live_stream_id;
  std::string playback_id; // of the live stream
  std::string output_id;

  static mux_side of(const mux::live_stream& live_stream, std::string_view output_id);
};

struct stream_record {
  std::string id;
  std::string title; // as it was made; see current_title
  std::optional<std::string> memorial_id;
  std::string created_by; // the subject of the token
  edge::timestamp created_at;

  cloudflare_side cloudflare;
  std::optional<mux_side> mux;
  std::string sealed_credentials; // see keyring and credentials
  std::vector<warning> warnings;
  broadcast_state broadcasts;
  management asked = {}; // what was asked of it since

  std::string_view current_title() const { return asked.title() ? asked.title().value() : title; }
  edge::timestamp updated_at() const;

  std::string to_text() const;
  // Nothing for a text that to_text does not write.
  static std::optional<stream_record> from_text(std::string_view text);
};

} // namespace streams
