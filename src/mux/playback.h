// Playback at Mux: tokens for the playback policy "signed" (Mux documentation, "Secure video playback"), and
// the addresses of media (Mux documentation, "Play your videos" and "Get images from a video").
#pragma once

#include "crypto/keys.h"
#include "edge/environment.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mux {

// What a token allows to read. Each needs a separate token.
enum class playback_audience : std::uint8_t {
  video,
  thumbnail,
  latest_thumbnail, // of a live stream: what is on air, at most ten seconds old
};

struct playback_signing {
  std::string key_id;      // MUX_SIGNING_KEY_ID
  crypto::signing_key key; // MUX_SIGNING_PRIVATE_KEY, as Mux gave it

  // Nothing if one of them is missing or malformed.
  [[nodiscard]] static std::optional<playback_signing> read(const edge::environment& from);

  // The signing input of a token: header and claims, encoded and joined (RFC 7515 section 5.1). `expires` is
  // in seconds since 1970. Mux checks the token for each manifest and segment, so it must outlast the
  // viewing.
  [[nodiscard]] std::string token_input(std::string_view playback_id, playback_audience audience,
                                        std::int64_t expires) const;
};

// The name of the file that api::make_mp4 asks for (Mux documentation, "Use static MP4 renditions").
inline constexpr std::string_view mp4_name = "highest.mp4";

// The addresses of live streams and recordings, by playback id. They stay valid in a deployment that no
// longer has access to Mux.
struct playback_urls {
  std::string media;  // MUX_PLAYBACK_URL, without a slash at its end
  std::string images; // MUX_IMAGE_URL, likewise

  [[nodiscard]] static playback_urls read(const edge::environment& from);

  // The token must be empty unless the playback id's policy is "signed": Mux refuses other tokens.
  [[nodiscard]] std::string hls(std::string_view playback_id, std::string_view token) const;
  [[nodiscard]] std::string thumbnail(std::string_view playback_id, std::string_view token) const;
  // Only of a live stream that is active. A token says by itself that it is for the latest.
  [[nodiscard]] std::string latest_thumbnail(std::string_view playback_id, std::string_view token) const;
  // Of the MP4 of a recording, for which the token of its HLS holds.
  [[nodiscard]] std::string mp4(std::string_view playback_id, std::string_view token) const;
};

} // namespace mux
