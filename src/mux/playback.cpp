#include "mux/playback.h"

#include "crypto/base64.h"
#include "json/writer.h"
#include "providers/fields.h"

#include <utility>

namespace mux {

std::optional<playback_signing> playback_signing::read(const edge::environment& from) {
  const auto id = from.find("MUX_SIGNING_KEY_ID");
  auto key = crypto::signing_key::from_pem(from.get("MUX_SIGNING_PRIVATE_KEY", ""));
  if (!id || !key) {
    return std::nullopt;
  }
  return playback_signing{.key_id = std::string{*id}, .key = std::move(*key)};
}

std::string playback_signing::token_input(std::string_view playback_id, playback_audience audience,
                                          std::int64_t expires) const {
  const std::string header = json::object().set("alg", "RS256").set("typ", "JWT").set("kid", key_id).dump();
  using enum playback_audience;
  json::object claims;
  claims.set("sub", playback_id)
      .set("aud", audience == video ? "v" : "t")
      .set("exp", expires)
      .set("kid", key_id)
      .set_if("latest", audience == latest_thumbnail ? std::optional{"true"} : std::nullopt);
  return crypto::base64url_encode(header) + '.' + crypto::base64url_encode(claims.dump());
}

namespace {

std::string with_token(std::string url, std::string_view token) {
  return token.empty() ? url : url.append("?token=").append(token);
}

} // namespace

playback_urls playback_urls::read(const edge::environment& from) {
  return {.media = providers::url_in(from, "MUX_PLAYBACK_URL", "https://stream.mux.com"),
          .images = providers::url_in(from, "MUX_IMAGE_URL", "https://image.mux.com")};
}

std::string playback_urls::hls(std::string_view playback_id, std::string_view token) const {
  return with_token((media + '/').append(playback_id).append(".m3u8"), token);
}

std::string playback_urls::thumbnail(std::string_view playback_id, std::string_view token) const {
  return with_token((images + '/').append(playback_id).append("/thumbnail.jpg"), token);
}

std::string playback_urls::latest_thumbnail(std::string_view playback_id, std::string_view token) const {
  std::string url = thumbnail(playback_id, token);
  return token.empty() ? url.append("?latest=true") : url;
}

std::string playback_urls::mp4(std::string_view playback_id, std::string_view token) const {
  return with_token((media + '/').append(playback_id).append("/").append(mp4_name), token);
}

} // namespace mux
