// What a viewer shows Mux to play something whose playback policy is "signed" (Mux documentation, "Secure
// video playback").
#pragma once

#include "crypto/signing_key.h"
#include "edge/environment.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mux {

// What a token is good for: one for each.
enum class playback_audience : std::uint8_t { video, thumbnail };

struct playback_signing {
  std::string key_id;      // MUX_SIGNING_KEY_ID
  crypto::signing_key key; // MUX_SIGNING_PRIVATE_KEY, as Mux gave it

  // Nothing where one of them is missing or of another form.
  [[nodiscard]] static std::optional<playback_signing> read(const edge::environment& from);

  // The header and the claims of a token, encoded and joined: what is signed (RFC 7515 section 5.1).
  // `expires` is in seconds since 1970; Mux asks at every manifest and segment, so it must outlive the
  // viewing.
  [[nodiscard]] std::string token_input(std::string_view playback_id, playback_audience audience,
                                        std::int64_t expires) const;
};

} // namespace mux
