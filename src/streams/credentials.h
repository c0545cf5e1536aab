// What lets somebody publish to a stream. It is stored sealed and shown to the owner only.
#pragma once

#include "cloudflare/live_input.h"
#include "crypto/secret.h"
#include "edge/clock.h"
#include "mux/live_stream.h"
#include "mux/settings.h"

#include <optional>
#include <string>
#include <string_view>

namespace streams {

struct credentials {
  // What the sealed text is called in the place that it is bound to.
  static constexpr std::string_view field = "credentials";

  crypto::secret whip_url;
  std::string rtmps_url;
  crypto::secret rtmps_key;
  std::string srt_url;
  crypto::secret srt_stream_id;
  crypto::secret srt_passphrase;
  // When it was asked for them in the place of others; the epoch for those that the stream was made with.
  // What is older than the newest such change is dead.
  edge::timestamp since = {};

  static credentials of(const cloudflare::live_input& input);
  // Those of a stream that Mux is the ingest of: no SRT.
  static credentials of(const mux::live_stream& live_stream, const mux::settings& at_mux);

  // The text that is sealed, and the reverse; nothing for a text that to_text does not write.
  std::string to_text() const;
  static std::optional<credentials> from_text(std::string_view text);
};

} // namespace streams
