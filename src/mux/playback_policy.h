// Who may play what stands behind a playback id (Mux API reference, Playback IDs). DRM is not used here.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mux {

enum class playback_policy : std::uint8_t {
  public_playback, // everybody who knows the id
  signed_playback, // who has a token signed by us
};

// The word that Mux uses: "public" or "signed".
[[nodiscard]] std::string_view name_of(playback_policy policy) noexcept;

// The reverse; nothing for any other word.
[[nodiscard]] std::optional<playback_policy> playback_policy_of(std::string_view name) noexcept;

} // namespace mux
