#include "api/recording_view.h"

#include "edge/clock.h"

namespace api {

std::string thumbnail_of(const streams::recording& recording, const streams::cloudflare_side& at_cloudflare,
                         const mux::playback_urls& at_mux) {
  return recording.source == streams::recording_source::mux ? at_mux.thumbnail(recording.playback.value())
                                                            : at_cloudflare.thumbnail(recording.id);
}

json::object view_of(const streams::recording& recording, const streams::cloudflare_side& at_cloudflare,
                     const mux::playback_urls& at_mux) {
  bool playable = recording.can_be_played();
  std::optional<std::string> play;
  std::optional<std::string> dash;
  std::optional<std::string> player;
  std::optional<std::string> thumbnail;
  if (playable) {
    play = recording.url(at_mux);
    thumbnail = thumbnail_of(recording, at_cloudflare, at_mux);
  }
  if (playable && recording.source == streams::recording_source::cloudflare) {
    dash = at_cloudflare.dash(recording.id);
    player = at_cloudflare.player(recording.id);
  }
  json::object view;
  view.set("source", name_of(recording.source))
      .set("id", recording.id)
      .set("state", name_of(recording.state()))
      .set("duration", recording.duration ? std::optional{recording.duration.value()} : std::nullopt)
      .set("startedAt", edge::format_timestamp(recording.begun))
      .set("playbackUrl", play)
      .set("dashUrl", dash)
      .set("iframeUrl", player)
      .set("thumbnailUrl", thumbnail);
  return view;
}

} // namespace api
