// The relay from WHIP to RTMPS of this deployment, if it has one (docs/settings.md).
#pragma once

#include "crypto/secret.h"
#include "edge/environment.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streams {

struct relay_settings {
  std::string url;             // RELAY_URL, without a slash at its end
  crypto::secret token_secret; // RELAY_TOKEN_SECRET: what publish and watch tokens are signed with
  crypto::secret credential;   // RELAY_CREDENTIAL: what the relay shows to us

  std::string whip_url(std::string_view stream_id) const { return (url + "/whip/").append(stream_id); }
  std::string whep_url(std::string_view stream_id) const { return (url + "/whep/").append(stream_id); }

  // Nothing where one of the three is missing or not of its form.
  static std::optional<relay_settings> read(const edge::environment& from);
  // The names of those, if any of the three is there: it is all of them or none.
  static std::vector<std::string> missing(const edge::environment& from);
};

} // namespace streams
