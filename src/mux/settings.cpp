// Mux's settings out of the environment.
#include "mux/settings.h"

#include <string_view>
#include <utility>

namespace mux {

namespace {

constexpr std::string_view default_api_url = "https://api.mux.com";
constexpr std::string_view default_rtmps_url = "rtmps://global-live.mux.com:443/app";
constexpr std::string_view default_whip_url = "https://global-live.mux.com/app";

std::string without_slash(std::string_view url) {
  return std::string(url.substr(0, url.find_last_not_of('/') + 1));
}

std::vector<crypto::secret> secrets_in(std::string_view list) {
  std::vector<crypto::secret> secrets;
  for (std::string& each : edge::split_list(list)) {
    secrets.emplace_back(std::move(each));
  }
  return secrets;
}

} // namespace

std::optional<settings> settings::read(const edge::environment& from) {
  const auto id = from.find("MUX_TOKEN_ID");
  const auto secret = from.find("MUX_TOKEN_SECRET");
  if (!id || !secret) {
    return std::nullopt;
  }
  return settings{.api_url = without_slash(from.get("MUX_API_URL", default_api_url)),
                  .token_id = std::string(*id),
                  .token_secret = crypto::secret(std::string(*secret)),
                  .webhook_secrets = secrets_in(from.get("MUX_WEBHOOK_SECRETS", "")),
                  .rtmps_url = without_slash(from.get("MUX_RTMPS_URL", default_rtmps_url)),
                  .whip_url = without_slash(from.get("MUX_WHIP_URL", default_whip_url))};
}

} // namespace mux
