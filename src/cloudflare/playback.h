// Tokens to play live inputs and videos that require signed URLs (Cloudflare Stream documentation, "Secure
// your Stream"). A token replaces the id in a URL.
#pragma once

#include "crypto/keys.h"
#include "edge/environment.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cloudflare {

struct playback_signing {
  std::string key_id;      // CLOUDFLARE_SIGNING_KEY_ID
  crypto::signing_key key; // CLOUDFLARE_SIGNING_JWK, as Cloudflare gave it

  // Nothing if one of them is missing or malformed.
  [[nodiscard]] static std::optional<playback_signing> read(const edge::environment& from);

  // The signing input of a token for a live input or a video: header and claims, encoded and joined (RFC 7515
  // section 5.1). `expires` is in seconds since 1970.
  [[nodiscard]] std::string token_input(std::string_view id, std::int64_t expires,
                                        bool downloadable = false) const;
};

} // namespace cloudflare
