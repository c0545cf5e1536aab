// What may be watched of a stream: by anybody if it is public, and by whom viewer.h admits if it is private.
// Of a public one the answers hold no credential, and may be kept for some seconds by whoever passes them on;
// for a minute once nothing but another broadcast will change them. Of a private one they hold tokens for one
// viewer, good for some hours, and may not be kept.
#pragma once

#include "edge/context.h"

namespace api {

// GET /api/streams/{id}/recordings: {status, broadcasts: [{startedAt, preferredRecordingSource,
// recordings}]}, the newest broadcast first, the preferred source's recordings first.
edge::task<edge::answer> list_recordings(edge::context& request);

// GET /api/streams/{id}/playback: {title, status, live, recording, poster, ladder}. `live` is null unless
// somebody broadcasts, `recording` is of the newest broadcast that has one to play, and `ladder` is what a
// player tries, in its order.
edge::task<edge::answer> get_playback(edge::context& request);

} // namespace api
