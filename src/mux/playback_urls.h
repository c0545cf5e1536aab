// Where what Mux plays is watched (Mux documentation, "Play your videos" and "Get images from a video").
#pragma once

#include "edge/environment.h"

#include <string>
#include <string_view>

namespace mux {

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
