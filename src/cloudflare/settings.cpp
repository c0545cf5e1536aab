// Cloudflare's settings out of the environment.
#include "cloudflare/settings.h"

#include "cloudflare/form.h"

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

// The host of an address without the scheme; nothing where the authority has more in it than host and port.
std::string_view host_in(std::string_view address) {
  const std::string_view authority = address.substr(0, address.find_first_of("/?#"));
  const std::string_view host = authority.substr(0, authority.find(':'));
  const std::string_view port = authority.substr(std::min(host.size() + 1, authority.size()));
  const bool plain =
      host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") == std::string_view::npos &&
      port.find_first_not_of("0123456789") == std::string_view::npos;
  return plain ? host : std::string_view();
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
  constexpr std::string_view secure = "https://";
  constexpr std::string_view plain = "http://";
  const bool is_secure = url.starts_with(secure);
  if (!form::is_url(url) || (!is_secure && !url.starts_with(plain))) {
    return false;
  }
  const std::string_view host = host_in(url.substr(is_secure ? secure.size() : plain.size()));
  if (!is_secure && host != "localhost" && host != "127.0.0.1") {
    return false;
  }
  return std::ranges::any_of(playback_hosts, [&](const std::string& allowed) {
    return host == allowed || host.ends_with("." + allowed);
  });
}

} // namespace cloudflare
