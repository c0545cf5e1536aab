// What a deployment needs to make streams.
#pragma once

#include "cloudflare/settings.h"
#include "edge/environment.h"
#include "mux/settings.h"
#include "streams/keyring.h"

#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace streams {

struct settings {
  std::string
      deployment; // DEPLOYMENT: tells our provider objects from those of other deployments in one account
  cloudflare::settings cloudflare;
  std::optional<mux::settings> mux; // nothing: there are no backups in this deployment
  keyring keys;

  // The names of the settings that are missing or not of their form, where there are any.
  static std::expected<settings, std::vector<std::string>> read(const edge::environment& from);
};

} // namespace streams
