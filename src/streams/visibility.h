// Who may watch a stream.
#pragma once

#include "mux/playback_policy.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace streams {

enum class visibility : std::uint8_t {
  public_stream,  // whoever knows its address
  private_stream, // whoever may manage it, and whom these invite: both providers ask for a signed token
};

// How its live stream at Mux, and that one's recordings, are to be played.
constexpr mux::playback_policy policy_for(visibility wanted) {
  using enum mux::playback_policy;
  return wanted == visibility::private_stream ? signed_playback : public_playback;
}

constexpr std::string_view name_of(visibility what) {
  return what == visibility::private_stream ? "private" : "public";
}

// Nothing for a name that is none, or where there is none.
constexpr std::optional<visibility> visibility_named(std::optional<std::string_view> name) {
  if (name == "public") return visibility::public_stream;
  if (name == "private") return visibility::private_stream;
  return std::nullopt;
}

} // namespace streams
