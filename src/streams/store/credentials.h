// Credentials for publishing to a stream. They are stored sealed and shown to the owner only.
//
// A rotation is stored as a change before it is carried out. Stored credentials say since when they are
// valid; if they are older than the newest rotation, they are read from the provider, which always returns
// the current ones, and stored anew. So it does no harm if a rotation cannot be stored, or an older write
// follows.
#pragma once

#include "cloudflare/types.h"
#include "crypto/secret.h"
#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "mux/settings.h"
#include "mux/types.h"
#include "streams/model/stream.h"
#include "streams/settings/settings.h"

#include <optional>
#include <string>
#include <string_view>

namespace streams {

struct credentials {
  // The sealed text is bound to this name.
  static constexpr std::string_view field = "credentials";

  crypto::secret whip_url;
  std::string rtmps_url;
  crypto::secret rtmps_key;
  std::string srt_url;
  crypto::secret srt_stream_id;
  crypto::secret srt_passphrase;
  // The time of the rotation that they come from; the epoch for those of the creation. Credentials older than
  // the newest rotation are dead.
  edge::timestamp since = {};

  static credentials of(const cloudflare::live_input& input);
  // Mux as the ingest has no SRT.
  static credentials of(const mux::live_stream& live_stream, const mux::settings& at_mux);

  // The text to seal, and the reverse; nullopt for a text that to_text does not write.
  [[nodiscard]] std::string to_text() const;
  static std::optional<credentials> from_text(std::string_view text);
};

// Fails with not_opened if the stored credentials do not open, or with an error of the provider if they must
// be read from there.
edge::task<edge::outcome<credentials>> read_credentials(edge::host& host, const settings& with,
                                                        const stream_record& stream);

struct rotation {
  streams::credentials credentials;
  bool stored; // if not, the next read_credentials asks the provider
};

// Replaces the credentials at the provider: the old ones are refused from now on, and Cloudflare cuts off a
// broadcast that is live. The change `rotated` must have been stored before. After an error of the provider,
// read_credentials shows whether they were replaced.
edge::task<edge::outcome<rotation>> rotate_credentials(edge::host& host, const settings& with,
                                                       const stream_record& stream);

// Stores the current credentials after a rotation that was interrupted and can no longer take effect.
edge::task<edge::status> store_rotated_credentials(edge::host& host, const settings& with,
                                                   const stream_record& stream);

// Seals stored credentials anew with the first key.
edge::task<void> reseal_credentials(edge::host& host, keyring keys, stream_record stream);

} // namespace streams
