// How this deployment reaches Cloudflare Stream.
#pragma once

#include "crypto/secret.h"
#include "edge/environment.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloudflare {

struct settings {
  std::string api_url;      // CLOUDFLARE_API_URL, without a slash at its end
  std::string account_id;   // CLOUDFLARE_ACCOUNT_ID: 32 hexadecimal digits
  crypto::secret api_token; // CLOUDFLARE_API_TOKEN, with the permission Stream: Edit
  // CLOUDFLARE_WEBHOOK_SECRETS: for recordings. CLOUDFLARE_NOTIFICATION_SECRETS: for live inputs. Both are
  // lists: two during a rotation.
  std::vector<crypto::secret> webhook_secrets;
  std::vector<crypto::secret> notification_secrets;
  // CLOUDFLARE_PLAYBACK_HOSTS: media may be at these hosts and at hosts below them.
  std::vector<std::string> playback_hosts;

  // Whether a text has the form of an account's id.
  [[nodiscard]] static bool is_account_id(std::string_view text);

  // Nothing if the account or the token is missing, or the account is malformed.
  [[nodiscard]] static std::optional<settings> read(const edge::environment& from);

  // Whether a URL leads to one of the playback hosts, by HTTPS, or by HTTP to this machine.
  [[nodiscard]] bool is_playback_url(std::string_view url) const;
};

} // namespace cloudflare
