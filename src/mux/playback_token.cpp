// Tokens for signed playback at Mux.
#include "mux/playback_token.h"

#include "crypto/base64url.h"
#include "json/object.h"

#include <utility>

namespace mux {

std::optional<playback_signing> playback_signing::read(const edge::environment& from) {
  const auto id = from.find("MUX_SIGNING_KEY_ID");
  auto key = crypto::signing_key::from_pem(from.get("MUX_SIGNING_PRIVATE_KEY", ""));
  if (!id || !key) {
    return std::nullopt;
  }
  return playback_signing{.key_id = std::string(*id), .key = std::move(*key)};
}

std::string playback_signing::token_input(std::string_view playback_id, playback_audience audience,
                                          std::int64_t expires) const {
  const std::string header = json::object().set("alg", "RS256").set("typ", "JWT").set("kid", key_id).dump();
  const std::string claims = json::object()
                                 .set("sub", playback_id)
                                 .set("aud", audience == playback_audience::video ? "v" : "t")
                                 .set("exp", expires)
                                 .set("kid", key_id)
                                 .dump();
  return crypto::base64url_encode(header) + '.' + crypto::base64url_encode(claims);
}

} // namespace mux
