// How this deployment reaches LiveKit.
#pragma once

#include "crypto/secret.h"
#include "edge/environment.h"

#include <optional>
#include <string>
#include <vector>

namespace livekit {

struct settings {
  std::string url;           // LIVEKIT_URL: https, without a slash at its end
  std::string api_key;       // LIVEKIT_API_KEY
  crypto::secret api_secret; // LIVEKIT_API_SECRET: signs our tokens, and LiveKit's webhooks

  // Nullopt if one of the three is missing or malformed: this deployment does not use LiveKit.
  [[nodiscard]] static std::optional<settings> read(const edge::environment& from);
  // The names of those, unless all three are missing.
  [[nodiscard]] static std::vector<std::string> missing(const edge::environment& from);
};

} // namespace livekit
