#include "cloudflare/playback.h"

#include "crypto/base64.h"
#include "json/writer.h"

#include <utility>

namespace cloudflare {

std::optional<playback_signing> playback_signing::read(const edge::environment& from) {
  const auto id = from.find("CLOUDFLARE_SIGNING_KEY_ID");
  auto key = crypto::signing_key::from_jwk(from.get("CLOUDFLARE_SIGNING_JWK", ""));
  if (!id || !key) {
    return std::nullopt;
  }
  return playback_signing{.key_id = std::string{*id}, .key = std::move(*key)};
}

std::string playback_signing::token_input(std::string_view id, std::int64_t expires,
                                          bool downloadable) const {
  const std::string header = json::object().set("alg", "RS256").set("kid", key_id).dump();
  json::object claims;
  claims.set("sub", id).set("kid", key_id).set("exp", expires);
  if (downloadable) {
    claims.set("downloadable", true);
  }
  return crypto::base64url_encode(header) + '.' + crypto::base64url_encode(claims.dump());
}

} // namespace cloudflare
