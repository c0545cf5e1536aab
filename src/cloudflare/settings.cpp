// Cloudflare's settings out of the environment.
#include "cloudflare/settings.h"

#include "cloudflare/reading.h"
#include "edge/http/url.h"

#include <algorithm>
#include <utility>

namespace cloudflare {

namespace {

constexpr std::string_view default_api_url = "https://api.cloudflare.com/client/v4";
// The second is where accounts from before 2022 still have their videos.
constexpr std::string_view default_playback_hosts = "cloudflarestream.com videodelivery.net";

std::vector<crypto::secret> secrets_in(std::string_view list) {
  std::vector<crypto::secret> secrets;
  for (std::string& each : edge::split_list(list)) {
    secrets.emplace_back(std::move(each));
  }
  return secrets;
}

} // namespace

bool settings::is_account_id(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::optional<settings> settings::read(const edge::environment& from) {
  const auto account = from.find("CLOUDFLARE_ACCOUNT_ID");
  const auto token = from.find("CLOUDFLARE_API_TOKEN");
  if (!account || !is_account_id(*account) || !token) {
    return std::nullopt;
  }
  const std::string_view api_url = from.get("CLOUDFLARE_API_URL", default_api_url);
  return settings{.api_url = std::string(api_url.substr(0, api_url.find_last_not_of('/') + 1)),
                  .account_id = std::string(*account),
                  .api_token = crypto::secret(std::string(*token)),
                  .webhook_secrets = secrets_in(from.get("CLOUDFLARE_WEBHOOK_SECRETS", "")),
                  .notification_secrets = secrets_in(from.get("CLOUDFLARE_NOTIFICATION_SECRETS", "")),
                  .playback_hosts =
                      edge::split_list(from.get("CLOUDFLARE_PLAYBACK_HOSTS", default_playback_hosts))};
}

bool settings::is_playback_url(std::string_view url) const {
  const auto host = edge::secure_host_of(url);
  return form::is_url(url) && host && std::ranges::any_of(playback_hosts, [&](std::string_view allowed) {
           return edge::is_host_below(*host, allowed);
         });
}

} // namespace cloudflare
