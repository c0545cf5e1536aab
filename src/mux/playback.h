// What a viewer shows Mux to play something whose playback policy is "signed" (Mux documentation, "Secure
// video playback").
#pragma once

#include "crypto/keys.h"
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

// Where what Mux plays is watched (Mux documentation, "Play your videos" and "Get images from a video").

// For live streams and recordings alike, by their playback ids. Also of a deployment that has no access to
// Mux any more: its recordings stay.
struct playback_urls {
  std::string media;  // MUX_PLAYBACK_URL, without a slash at its end
  std::string images; // MUX_IMAGE_URL, likewise

  [[nodiscard]] static playback_urls read(const edge::environment& from);

  // With a token of playback_token.h where the playback id's policy asks for one, and empty where it does
  // not: Mux refuses one then.
  [[nodiscard]] std::string hls(std::string_view playback_id, std::string_view token) const;
  [[nodiscard]] std::string thumbnail(std::string_view playback_id, std::string_view token) const;
};

} // namespace mux
