#include "cloudflare/settings.h"

#include "cloudflare/reading.h"
#include "edge/http/url.h"
#include "providers/fields.h"

#include <algorithm>

namespace cloudflare {

namespace {

constexpr std::string_view default_api_url = "https://api.cloudflare.com/client/v4";
// The second is where accounts from before 2022 still have their videos.
constexpr std::string_view default_playback_hosts = "cloudflarestream.com videodelivery.net";

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
  return settings{.api_url = providers::url_in(from, "CLOUDFLARE_API_URL", default_api_url),
                  .account_id = std::string{*account},
                  .api_token = crypto::secret{std::string{*token}},
                  .webhook_secrets = providers::secrets_in(from, "CLOUDFLARE_WEBHOOK_SECRETS"),
                  .notification_secrets = providers::secrets_in(from, "CLOUDFLARE_NOTIFICATION_SECRETS"),
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
