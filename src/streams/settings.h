// What a deployment needs to make streams.
#pragma once

#include "cloudflare/settings.h"
#include "edge/environment.h"
#include "edge/error.h"
#include "mux/settings.h"
#include "streams/keyring.h"
#include "streams/relay_settings.h"

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
  std::optional<relay_settings> relay = std::nullopt;
  // RECONCILE_GRACE_SECONDS: how old what was left half-made or ownerless must be to be cleared away. Longer
  // than a creation takes and than KV's reads may be behind, a miss included: see reconcile.h.
  std::chrono::seconds grace{std::chrono::minutes{15}};
  // RECORDING_CHECK_SECONDS: how long somebody is live before a recording must have been heard of.
  std::chrono::seconds recording_check{60};

  // The names of the settings that are missing or not of their form, where there are any.
  static std::expected<settings, std::vector<std::string>> read(const edge::environment& from);

  // Why nothing can be done at Mux where it has no settings.
  static edge::error no_mux() {
    return {edge::error_kind::not_found, "find Mux in this deployment's settings"};
  }
};

} // namespace streams
