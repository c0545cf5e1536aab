#include "mux/types.h"

namespace mux {

std::string_view name_of(playback_policy policy) noexcept {
  return policy == playback_policy::signed_playback ? "signed" : "public";
}

std::optional<playback_policy> playback_policy_of(std::string_view name) noexcept {
  for (const auto policy : {playback_policy::public_playback, playback_policy::signed_playback}) {
    if (name == name_of(policy)) {
      return policy;
    }
  }
  return std::nullopt;
}

} // namespace mux
