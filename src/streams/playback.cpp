#include "streams/playback.h"

#include <algorithm>

namespace streams {

namespace {

playback_status status_of(const stream_record& stream, const std::vector<broadcast>& broadcasts,
                          edge::timestamp now) {
  const broadcast_state& state = stream.broadcasts;
  switch (state.status(now)) {
  case stream_status::ready: return playback_status::ready;
  case stream_status::live: return playback_status::live;
  case stream_status::completed: break;
  }
  bool at_cloudflare = stream.cloudflare && state.awaits_recording(recording_source::cloudflare, now);
  bool at_mux = stream.mux && state.awaits_recording(recording_source::mux, now);
  // Cloudflare tells of a recording when it is ready: until then the newest that is known may be of the
  // broadcast before. One source is enough to watch it.
  bool nothing_yet = (at_cloudflare || !stream.cloudflare) && (at_mux || !stream.mux);
  bool playable = !broadcasts.empty() && broadcasts.front().playable();
  bool waits = nothing_yet || (!playable && (at_cloudflare || at_mux));
  return waits ? playback_status::processing : playback_status::completed;
}

} // namespace

std::string_view name_of(playback_status status) {
  switch (status) {
  case playback_status::ready: return "ready";
  case playback_status::live: return "live";
  case playback_status::processing: return "processing";
  case playback_status::completed: return "completed";
  }
  __builtin_trap();
}

const broadcast* playback::recorded() const {
  auto found = std::ranges::find_if(broadcasts, [](const broadcast& each) { return each.playable(); });
  return found == broadcasts.end() ? nullptr : &*found;
}

playback playback_of(const stream_record& stream, edge::timestamp now) {
  const broadcast_state& state = stream.broadcasts;
  playback made{.status = playback_status::ready, .settled = false, .broadcasts = broadcasts_in(state)};
  made.status = status_of(stream, made.broadcasts, now);
  made.settled = made.status == playback_status::completed &&
                 !(stream.cloudflare && state.awaits_recording(recording_source::cloudflare, now)) &&
                 !(stream.mux && state.awaits_recording(recording_source::mux, now));
  return made;
}

} // namespace streams
