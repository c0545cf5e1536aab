// The relay from WHIP to RTMPS of this deployment, if it has one (docs/settings.md).
#pragma once

#include "cloudflare/settings.h"
#include "crypto/secret.h"
#include "edge/environment.h"
#include "edge/error.h"
#include "mux/settings.h"
#include "streams/model/keyring.h"

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streams {

struct relay_settings {
  std::string url;             // RELAY_URL, without a slash at its end
  crypto::secret token_secret; // RELAY_TOKEN_SECRET: what publish and watch tokens are signed with
  crypto::secret credential;   // RELAY_CREDENTIAL: what the relay shows to us

  [[nodiscard]] std::string whip_url(std::string_view stream_id) const {
    return (url + "/whip/").append(stream_id);
  }
  [[nodiscard]] std::string whep_url(std::string_view stream_id) const {
    return (url + "/whep/").append(stream_id);
  }

  // Nothing where one of the three is missing or not of its form.
  static std::optional<relay_settings> read(const edge::environment& from);
  // The names of those, if any of the three is there: it is all of them or none.
  static std::vector<std::string> missing(const edge::environment& from);
};

// What a deployment needs to make streams.

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

  // DEPLOYMENT, for a webhook that works without the other settings.
  static std::string_view deployment_in(const edge::environment& from) {
    return from.get("DEPLOYMENT", "main");
  }

  // Why nothing can be done at Mux where it has no settings.
  static edge::error no_mux() {
    return {edge::error_kind::not_found, "find Mux in this deployment's settings"};
  }
};

} // namespace streams
