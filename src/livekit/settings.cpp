#include "livekit/settings.h"

#include "crypto/jwt.h"
#include "edge/http/url.h"
#include "providers/fields.h"

#include <array>
#include <string_view>

namespace livekit {

namespace {

constexpr std::string_view url_name = "LIVEKIT_URL";
constexpr std::string_view key_name = "LIVEKIT_API_KEY";
constexpr std::string_view secret_name = "LIVEKIT_API_SECRET";

// LiveKit's dashboard shows the address as a WebSocket's; the API is at the same host by HTTPS.
std::string api_url(const edge::environment& from) {
  std::string url = providers::url_in(from, url_name, "");
  if (url.starts_with("wss://")) {
    url.replace(0, 3, "https");
  }
  return url;
}

bool is_usable_url(std::string_view url) {
  return edge::secure_host_of(url) && edge::is_visible_text(url) &&
         url.find_first_of("?#@") == std::string_view::npos;
}

} // namespace

std::vector<std::string> settings::missing(const edge::environment& from) {
  std::vector<std::string> names;
  if (!from.find(url_name) && !from.find(key_name) && !from.find(secret_name)) {
    return names;
  }
  const std::string_view key = from.get(key_name, "");
  for (const auto& [name, is_usable] :
       {std::pair{url_name, is_usable_url(api_url(from))},
        {key_name, !key.empty() && edge::is_visible_text(key) && key != from.bound},
        {secret_name, from.get(secret_name, "").size() >= crypto::min_hs256_key_size}}) {
    if (!is_usable) {
      names.emplace_back(name);
    }
  }
  return names;
}

std::optional<settings> settings::read(const edge::environment& from) {
  if (!from.find(url_name) || !missing(from).empty()) {
    return std::nullopt;
  }
  return settings{.url = api_url(from),
                  .api_key = std::string{from.get(key_name, "")},
                  .api_secret = crypto::secret{std::string{from.get(secret_name, "")}}};
}

} // namespace livekit
