// What lets somebody publish to a stream. It is stored sealed and shown to the owner only.
#pragma once

#include "cloudflare/live_input.h"
#include "crypto/secret.h"

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

  static credentials of(const cloudflare::live_input& input);

  // The text that is sealed, and the reverse; nothing for a text that to_text does not write.
  std::string to_text() const;
  static std::optional<credentials> from_text(std::string_view text);
};

} // namespace streams
