// A deployment's settings (docs/settings.md).
#pragma once

#include "cloudflare/settings.h"
#include "crypto/secret.h"
#include "edge/environment.h"
#include "edge/error.h"
#include "livekit/settings.h"
#include "mux/settings.h"
#include "streams/settings/keyring.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streams {

// The relays from WHIP to RTMPS, which are optional.
struct relay_settings {
  std::vector<std::string> urls; // RELAY_URLS, else RELAY_URL: without a slash at the end, at least one
  crypto::secret token_secret;   // RELAY_TOKEN_SECRET: signs publish and watch tokens
  crypto::secret credential;     // RELAY_CREDENTIAL: authenticates the relays to us

  // The stream's relay, by rendezvous hashing: another relay in the list takes its share of the streams, and
  // all others stay where they are.
  [[nodiscard]] const std::string& url_for(std::string_view stream_id) const;
  [[nodiscard]] std::string whip_url(std::string_view stream_id) const {
    return (url_for(stream_id) + "/whip/").append(stream_id);
  }

  // Nullopt if one of the three is missing or malformed.
  static std::optional<relay_settings> read(const edge::environment& from);
  // The names of those, unless all three are missing.
  static std::vector<std::string> missing(const edge::environment& from);
};

// What a deployment needs to create streams.
struct settings {
  // DEPLOYMENT: distinguishes our provider objects from those of other deployments on the same account.
  std::string deployment;
  cloudflare::settings cloudflare;
  std::optional<mux::settings> mux; // nullopt: no backups in this deployment
  keyring keys;
  std::optional<relay_settings> relay = std::nullopt;
  std::optional<livekit::settings> livekit = std::nullopt;
  // RECONCILE_GRACE_SECONDS: the age at which incomplete and orphaned objects are deleted. Longer than any
  // creation, and than KV reads may be behind, cached misses included.
  std::chrono::seconds grace{std::chrono::minutes{15}};
  // RECORDING_CHECK_SECONDS: how long after going live a recording must be known.
  std::chrono::seconds recording_check{60};
  // SECOND_COPIES: whether a recording that one provider has is copied to the other that has none.
  bool second_copies = true;
  // SECOND_COPY_MINUTES_PER_DAY: how many minutes of copies a day (UTC) may begin; nullopt: any number.
  std::optional<std::uint32_t> copy_minutes_per_day = std::nullopt;
  // MAX_OPEN_STREAMS: how many of a user's newest 100 streams may be open at once.
  std::uint32_t most_open_streams = 20;

  // The error is the names of the settings that are missing or malformed.
  static std::expected<settings, std::vector<std::string>> read(const edge::environment& from);

  // A request may still be at work this long after it wrote to the store, and KV may not show what it wrote.
  static constexpr std::chrono::seconds longest_request{std::chrono::minutes{2}};
  static std::chrono::seconds grace_in(const edge::environment& from);
  // After that time no request can still be at work on what was asked for.
  static std::chrono::seconds abandoned_after(const edge::environment& from) {
    return std::min(grace_in(from), longest_request);
  }

  // DEPLOYMENT, for a webhook that works without the other settings. Nullopt if it cannot be used.
  static std::optional<std::string_view> deployment_in(const edge::environment& from);

  // The error of an operation at Mux when Mux is not configured.
  static edge::error no_mux() {
    return {edge::error_kind::not_found, "find Mux in this deployment's settings"};
  }
};

} // namespace streams
