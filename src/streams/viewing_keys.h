// What the tokens for private streams are signed with, at both providers.
#pragma once

#include "cloudflare/playback_token.h"
#include "edge/environment.h"
#include "mux/playback_token.h"

#include <expected>
#include <string>
#include <vector>

namespace streams {

struct viewing_keys {
  cloudflare::playback_signing cloudflare;
  mux::playback_signing mux;

  // The names of the settings that are missing or not of their form, where there are any.
  static std::expected<viewing_keys, std::vector<std::string>> read(const edge::environment& from);
};

} // namespace streams
