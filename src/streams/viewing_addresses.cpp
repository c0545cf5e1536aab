#include "streams/viewing_addresses.h"

namespace streams {

std::string viewing_addresses::hls(const recording& what) const {
  if (what.source == recording_source::mux) return hls_at_mux(what.playback.value());
  auto token = pass_.at_cloudflare(what.id);
  return token && input_ ? input_->hls(*token) : what.playback.value();
}

std::optional<std::string> viewing_addresses::dash(const recording& what) const {
  if (what.source != recording_source::cloudflare || !input_) return std::nullopt;
  return input_->dash(name_at_cloudflare(what.id));
}

std::optional<std::string> viewing_addresses::player(const recording& what) const {
  if (what.source != recording_source::cloudflare || !input_) return std::nullopt;
  return input_->player(name_at_cloudflare(what.id));
}

std::optional<std::string> viewing_addresses::thumbnail(const recording& what) const {
  if (what.source == recording_source::mux) return thumbnail_at_mux(what.playback.value());
  if (!input_) return std::nullopt;
  return input_->thumbnail(name_at_cloudflare(what.id));
}

std::string viewing_addresses::hls_at_mux(std::string_view playback_id) const {
  return at_mux_.hls(playback_id, pass_.video_at_mux(playback_id));
}

std::string viewing_addresses::thumbnail_at_mux(std::string_view playback_id) const {
  return at_mux_.thumbnail(playback_id, pass_.thumbnail_at_mux(playback_id));
}

} // namespace streams
