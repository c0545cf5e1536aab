#include "api/recording_view.h"

#include "edge/clock.h"

namespace api {

json::object view_of(const streams::recording& recording, const streams::viewing_addresses& played,
                     bool missing) {
  std::optional<std::string> play;
  std::optional<std::string> dash;
  std::optional<std::string> player;
  std::optional<std::string> thumbnail;
  if (recording.can_be_played()) {
    play = played.hls(recording);
    dash = played.dash(recording);
    player = played.player(recording);
    thumbnail = played.thumbnail(recording);
  }
  json::object view;
  view.set("source", name_of(recording.source))
      .set("id", recording.id.empty() ? std::nullopt : std::optional{recording.id})
      .set("state", missing ? "missing" : name_of(recording.state()))
      .set("duration", recording.duration ? std::optional{recording.duration.value()} : std::nullopt)
      .set("startedAt", edge::format_timestamp(recording.begun))
      .set("playbackUrl", play)
      .set("dashUrl", dash)
      .set("iframeUrl", player)
      .set("thumbnailUrl", thumbnail);
  return view;
}

} // namespace api
