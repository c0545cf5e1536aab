#include "streams/viewing_pass.h"

#include "crypto/base64url.h"

#include <cstdint>
#include <utility>

namespace streams {

namespace {

edge::task<std::expected<std::string, edge::error>> sign(edge::host& host, const crypto::signing_key& with,
                                                         std::string input) {
  auto signature = co_await host.perform(
      edge::operation::sign{.algorithm = R"({"name":"RSASSA-PKCS1-v1_5","hash":"SHA-256"})",
                            .format = std::string{with.format},
                            .key = std::string{with.material.text()},
                            .data = input});
  if (!signature)
    co_return std::unexpected(edge::error{edge::error_kind::unavailable, "sign a token for playback"});
  co_return input + '.' + crypto::base64url_encode(*signature);
}

std::int64_t expiry(const edge::host& host) {
  auto end = host.now() + viewing_pass::lifetime;
  return std::chrono::duration_cast<std::chrono::seconds>(end.time_since_epoch()).count();
}

} // namespace

edge::task<std::expected<void, edge::error>>
viewing_pass::admit_at_cloudflare(edge::host& host, const viewing_keys& with, std::string id) {
  cloudflare_[id] =
      co_await co_await sign(host, with.cloudflare.key, with.cloudflare.token_input(id, expiry(host)));
  co_return {};
}

edge::task<std::expected<void, edge::error>>
viewing_pass::admit_at_mux(edge::host& host, const viewing_keys& with, std::string playback_id) {
  using enum mux::playback_audience;
  auto input_for = [&](mux::playback_audience audience) {
    return with.mux.token_input(playback_id, audience, expiry(host));
  };
  mux_videos_[playback_id] = co_await co_await sign(host, with.mux.key, input_for(video));
  mux_thumbnails_[playback_id] = co_await co_await sign(host, with.mux.key, input_for(thumbnail));
  co_return {};
}

std::optional<std::string_view> viewing_pass::find(const tokens& in, std::string_view id) {
  auto found = in.find(id);
  return found == in.end() ? std::nullopt : std::optional<std::string_view>{found->second};
}

} // namespace streams
