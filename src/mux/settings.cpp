#include "mux/settings.h"

#include "providers/fields.h"

#include <string_view>

namespace mux {

namespace {

constexpr std::string_view default_api_url = "https://api.mux.com";
constexpr std::string_view default_rtmps_url = "rtmps://global-live.mux.com:443/app";
constexpr std::string_view default_whip_url = "https://global-live.mux.com/app";

} // namespace

bool settings::is_latency_mode(std::string_view text) {
  return text == "standard" || text == "reduced" || text == "low";
}

std::optional<settings> settings::read(const edge::environment& from) {
  const auto id = from.find("MUX_TOKEN_ID");
  const auto secret = from.find("MUX_TOKEN_SECRET");
  if (!id || !secret) {
    return std::nullopt;
  }
  const std::string_view latency = from.get("MUX_LATENCY_MODE", "");
  return settings{.api_url = providers::url_in(from, "MUX_API_URL", default_api_url),
                  .token_id = std::string{*id},
                  .token_secret = crypto::secret{std::string{*secret}},
                  .webhook_secrets = providers::secrets_in(from, "MUX_WEBHOOK_SECRETS"),
                  .rtmps_url = providers::url_in(from, "MUX_RTMPS_URL", default_rtmps_url),
                  .whip_url = providers::url_in(from, "MUX_WHIP_URL", default_whip_url),
                  .latency_mode = std::string{is_latency_mode(latency) ? latency : "standard"}};
}

} // namespace mux
