#include "streams/watch/signed_playback.h"

#include "crypto/base64.h"

#include <cstdint>
#include <utility>

namespace streams {

std::expected<playback_keys, std::vector<std::string>> playback_keys::read(const edge::environment& from) {
  auto at_cloudflare = cloudflare::playback_signing::read(from);
  auto at_mux = mux::playback_signing::read(from);
  if (at_cloudflare && at_mux) {
    return playback_keys{.cloudflare = std::move(*at_cloudflare), .mux = std::move(*at_mux)};
  }
  std::vector<std::string> missing;
  if (!at_cloudflare) {
    missing.insert(missing.end(), {"CLOUDFLARE_SIGNING_KEY_ID", "CLOUDFLARE_SIGNING_JWK"});
  }
  if (!at_mux) {
    missing.insert(missing.end(), {"MUX_SIGNING_KEY_ID", "MUX_SIGNING_PRIVATE_KEY"});
  }
  return std::unexpected(std::move(missing));
}

namespace {

edge::task<edge::outcome<std::string>> sign(edge::host& host, const crypto::signing_key& with,
                                            std::string input) {
  auto signature = co_await attempt(
      host.perform(edge::operation::sign{.algorithm = R"({"name":"RSASSA-PKCS1-v1_5","hash":"SHA-256"})",
                                         .format = std::string{with.format},
                                         .key = std::string{with.material.text()},
                                         .data = input}));
  if (!signature) {
    co_return std::unexpected(edge::error{edge::error_kind::unavailable, "sign a token for playback"});
  }
  co_return input + '.' + crypto::base64url_encode(*signature);
}

// The same for some minutes, so that an address does not change each time it is asked for.
std::int64_t expiry(const edge::host& host) {
  const auto end = host.now() + playback_tokens::lifetime;
  return std::chrono::floor<std::chrono::duration<std::int64_t, std::ratio<300>>>(end.time_since_epoch()) /
         std::chrono::seconds{1};
}

} // namespace

edge::task<edge::outcome<std::string>> sign_download(edge::host& host, const playback_keys& with,
                                                     std::string_view id) {
  return sign(host, with.cloudflare.key, with.cloudflare.token_input(id, expiry(host), true));
}

std::string with_token(std::string url, std::string_view id, std::string_view token) {
  const std::size_t place = url.find(id);
  return place == std::string::npos ? url : url.replace(place, id.size(), token);
}

edge::task<edge::status> playback_tokens::sign_at_cloudflare(edge::host& host, const playback_keys& with,
                                                             std::string id, bool file) {
  (file ? cloudflare_files_ : cloudflare_)[id] =
      co_await sign(host, with.cloudflare.key, with.cloudflare.token_input(id, expiry(host), file));
  co_return {};
}

edge::task<edge::status> playback_tokens::sign_at_mux(edge::host& host, const playback_keys& with,
                                                      std::string playback_id, bool live) {
  using enum mux::playback_audience;
  auto input_for = [&](mux::playback_audience audience) {
    return with.mux.token_input(playback_id, audience, expiry(host));
  };
  mux_videos_[playback_id] = co_await sign(host, with.mux.key, input_for(video));
  mux_thumbnails_[playback_id] =
      co_await sign(host, with.mux.key, input_for(live ? latest_thumbnail : thumbnail));
  co_return {};
}

std::optional<std::string_view> playback_tokens::find(const tokens& in, std::string_view id) {
  auto found = in.find(id);
  return found == in.end() ? std::nullopt : std::optional<std::string_view>{found->second};
}

std::string playback_addresses::hls(const recording& what) const {
  if (what.source == recording_source::mux) {
    return hls_at_mux(what.playback.value());
  }
  // A copy has no live input.
  return with_token(what.playback.value(), what.id, name_at_cloudflare(what.id));
}

std::optional<std::string> playback_addresses::dash(const recording& what) const {
  if (what.source != recording_source::cloudflare || !input_) {
    return std::nullopt;
  }
  return input_->dash(name_at_cloudflare(what.id));
}

std::optional<std::string> playback_addresses::player(const recording& what) const {
  if (what.source != recording_source::cloudflare || !input_) {
    return std::nullopt;
  }
  return input_->player(name_at_cloudflare(what.id));
}

std::optional<std::string> playback_addresses::thumbnail(const recording& what) const {
  if (what.source == recording_source::mux) {
    const std::string& id = what.playback.value();
    return at_mux_.thumbnail(id, tokens_.thumbnail_at_mux(id));
  }
  if (!input_) {
    return std::nullopt;
  }
  return input_->thumbnail(name_at_cloudflare(what.id));
}

std::optional<std::string> playback_addresses::file(const recording& what) const {
  if (!files_ || !what.file || !what.can_be_played()) {
    return std::nullopt;
  }
  if (what.source == recording_source::mux) {
    const std::string& id = what.playback.value();
    return at_mux_.mp4(id, tokens_.video_at_mux(id));
  }
  return with_token(what.file.value(), what.id, tokens_.file_at_cloudflare(what.id).value_or(what.id));
}

std::string playback_addresses::hls_at_mux(std::string_view playback_id) const {
  return at_mux_.hls(playback_id, tokens_.video_at_mux(playback_id));
}

std::string playback_addresses::latest_thumbnail_at_mux(std::string_view playback_id) const {
  return at_mux_.latest_thumbnail(playback_id, tokens_.thumbnail_at_mux(playback_id));
}

} // namespace streams
