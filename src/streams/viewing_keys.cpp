#include "streams/viewing_keys.h"

#include <utility>

namespace streams {

std::expected<viewing_keys, std::vector<std::string>> viewing_keys::read(const edge::environment& from) {
  auto at_cloudflare = cloudflare::playback_signing::read(from);
  auto at_mux = mux::playback_signing::read(from);
  if (at_cloudflare && at_mux)
    return viewing_keys{.cloudflare = std::move(*at_cloudflare), .mux = std::move(*at_mux)};
  std::vector<std::string> missing;
  if (!at_cloudflare) missing.insert(missing.end(), {"CLOUDFLARE_SIGNING_KEY_ID", "CLOUDFLARE_SIGNING_JWK"});
  if (!at_mux) missing.insert(missing.end(), {"MUX_SIGNING_KEY_ID", "MUX_SIGNING_PRIVATE_KEY"});
  return std::unexpected(std::move(missing));
}

} // namespace streams
