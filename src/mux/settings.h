// How this deployment reaches Mux.
#pragma once

#include "crypto/secret.h"
#include "edge/environment.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mux {

struct settings {
  std::string api_url;                         // MUX_API_URL, without a slash at its end
  std::string token_id;                        // MUX_TOKEN_ID
  crypto::secret token_secret;                 // MUX_TOKEN_SECRET
  std::vector<crypto::secret> webhook_secrets; // MUX_WEBHOOK_SECRETS, a list: two during a rotation
  std::string rtmps_url;                       // MUX_RTMPS_URL: where encoders and outputs publish to
  std::string whip_url;                        // MUX_WHIP_URL: where browsers would, followed by the key
  std::string latency_mode = "standard";       // MUX_LATENCY_MODE: or reduced, or low

  // Whether a text is one of Mux's latency modes.
  [[nodiscard]] static bool is_latency_mode(std::string_view text);

  // Nothing if the token's id or its secret is missing: this deployment does not use Mux.
  [[nodiscard]] static std::optional<settings> read(const edge::environment& from);
};

} // namespace mux
