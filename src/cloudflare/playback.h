// What a viewer shows Cloudflare Stream to play a live input or a video that requires signed URLs (Cloudflare
// Stream documentation, "Secure your Stream": it stands in the place of the id).
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

  // Nothing where one of them is missing or of another form.
  [[nodiscard]] static std::optional<playback_signing> read(const edge::environment& from);

  // The header and the claims of a token for a live input or a video, encoded and joined: what is signed (RFC
  // 7515 section 5.1). `expires` is in seconds since 1970.
  [[nodiscard]] std::string token_input(std::string_view id, std::int64_t expires) const;
};

} // namespace cloudflare
