// What lets somebody publish to a stream. It is stored sealed and shown to the owner only.
#pragma once

#include "cloudflare/types.h"
#include "crypto/secret.h"
#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "mux/settings.h"
#include "mux/types.h"
#include "streams/model/settings.h"
#include "streams/model/stream.h"

#include <expected>
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
  [[nodiscard]] std::string to_text() const;
  static std::optional<credentials> from_text(std::string_view text);
};

// A stream's credentials as they are kept: sealed, under a key that only a creation and a rotation write.
//
// A rotation is stored as a change before it is carried out. What is kept says since when it holds, and what
// is older than the newest rotation is dead: it is read from the provider, which tells it every time, and
// kept anew. So it does not matter whether a rotation could be stored, and whether something older is written
// after it.

// Fails with not_opened where what is kept does not open, and with the errors of the provider that it is
// published to where that has to be asked.
edge::task<edge::outcome<credentials>> read_credentials(edge::host& host, const settings& with,
                                                        const stream_record& stream);

struct rotation {
  streams::credentials credentials;
  bool kept; // they are stored; where not, the next who reads them asks the provider
};

// Replaces the credentials at the provider: the old ones are refused from now on, and at Cloudflare a
// broadcast under way is cut off. Its change `rotated` must have been stored before. Fails with the
// provider's errors, after which read_credentials tells whether it was done.
edge::task<edge::outcome<rotation>> rotate_credentials(edge::host& host, const settings& with,
                                                       const stream_record& stream);

// Keeps those that hold, where a rotation was asked for, did not get that far, and can take effect no more.
edge::task<edge::status> store_rotated_credentials(edge::host& host, const settings& with,
                                                   const stream_record& stream);

// Seals with the first key what was sealed with another.
edge::task<void> reseal_credentials(edge::host& host, keyring keys, stream_record stream);

} // namespace streams
