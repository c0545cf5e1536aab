#include "api/missing_settings.h"

#include "api/auth/authentication.h"
#include "crypto/keys.h"
#include "streams/notify/event_settings.h"
#include "streams/settings/settings.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace api {

namespace {

bool is_pem_key(std::string_view text) { return crypto::signing_key::from_pem(text).has_value(); }
bool is_jwk(std::string_view text) { return crypto::signing_key::from_jwk(text).has_value(); }

constexpr auto forms = std::to_array<edge::setting_form>({
    {"CLOUDFLARE_WEBHOOK_SECRETS", edge::is_filled_list, true},
    {"CLOUDFLARE_NOTIFICATION_SECRETS", edge::is_filled_list, true},
    {"MUX_WEBHOOK_SECRETS", edge::is_filled_list},
    {"CLOUDFLARE_SIGNING_KEY_ID", edge::is_visible_text},
    {"CLOUDFLARE_SIGNING_JWK", is_jwk},
    {"MUX_SIGNING_KEY_ID", edge::is_visible_text},
    {"MUX_SIGNING_PRIVATE_KEY", is_pem_key},
});

// The second is missing if the first is set.
constexpr auto pairs = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"CLOUDFLARE_SIGNING_KEY_ID", "CLOUDFLARE_SIGNING_JWK"},
    {"CLOUDFLARE_SIGNING_JWK", "CLOUDFLARE_SIGNING_KEY_ID"},
    {"MUX_SIGNING_KEY_ID", "MUX_SIGNING_PRIVATE_KEY"},
    {"MUX_SIGNING_PRIVATE_KEY", "MUX_SIGNING_KEY_ID"},
});

} // namespace

std::vector<std::string> missing_settings(const edge::environment& from) {
  std::vector<std::string> missing = missing_authentication_settings(from);
  if (auto settings = streams::settings::read(from); !settings) {
    std::ranges::move(settings.error(), std::back_inserter(missing));
  }
  std::ranges::move(from.unusable(forms), std::back_inserter(missing));
  std::ranges::move(streams::event_settings::missing(from), std::back_inserter(missing));
  if (mux::settings::read(from) && !from.find("MUX_WEBHOOK_SECRETS")) {
    missing.emplace_back("MUX_WEBHOOK_SECRETS");
  }
  for (const auto& [set, other] : pairs) {
    if (from.find(set) && !from.find(other)) {
      missing.emplace_back(other);
    }
  }
  for (const char* binding : {"LEASES", "ROOMS", "PACES", "CREATE_LIMIT", "METRICS"}) {
    if (from.find(binding) && !from.has_binding(binding)) {
      missing.emplace_back(binding);
    }
  }
  return missing;
}

} // namespace api
