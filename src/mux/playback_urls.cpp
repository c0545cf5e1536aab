// Playback ids into addresses.
#include "mux/playback_urls.h"

namespace mux {
namespace {

std::string base(const edge::environment& from, std::string_view name, std::string_view otherwise) {
  const std::string_view url = from.get(name, otherwise);
  return std::string(url.substr(0, url.find_last_not_of('/') + 1));
}

std::string with_token(std::string url, std::string_view token) {
  return token.empty() ? url : url.append("?token=").append(token);
}

} // namespace

playback_urls playback_urls::read(const edge::environment& from) {
  return {.media = base(from, "MUX_PLAYBACK_URL", "https://stream.mux.com"),
          .images = base(from, "MUX_IMAGE_URL", "https://image.mux.com")};
}

std::string playback_urls::hls(std::string_view playback_id, std::string_view token) const {
  return with_token((media + '/').append(playback_id).append(".m3u8"), token);
}

std::string playback_urls::thumbnail(std::string_view playback_id, std::string_view token) const {
  return with_token((images + '/').append(playback_id).append("/thumbnail.jpg"), token);
}

} // namespace mux
