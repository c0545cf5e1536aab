// A recording as whoever may watch it sees it over HTTP.
#pragma once

#include "edge/http/context.h"
#include "json/writer.h"
#include "streams/model/recording.h"
#include "streams/watch/signed_playback.h"

namespace api {

// {source, id, state, duration, startedAt, playbackUrl, dashUrl, iframeUrl, thumbnailUrl}. The addresses are
// null until it can be played; Mux has no DASH and no player of its own. One that is missing has never come
// to its end, and no id if it was never heard of.
json::object view_of(const streams::recording& recording, const streams::playback_addresses& played,
                     bool missing = false);

// What may be watched of a stream: by anybody if it is public, and by whom viewer.h admits if it is private.
// Of a public one the answers hold no credential, and may be kept for some seconds by whoever passes them on;
// for a minute once nothing but another broadcast will change them. Of a private one they hold tokens for one
// viewer, good for some hours, and may not be kept.

// GET /api/streams/{id}/recordings: {status, broadcasts: [{startedAt, preferredRecordingSource,
// recordings}]}, the newest broadcast first, the preferred source's recordings first.
edge::task<edge::result<>> list_recordings(edge::context& request);

// GET /api/streams/{id}/playback: {title, status, live, recording, poster, ladder}. `live` is null unless
// somebody broadcasts, `recording` is of the newest broadcast that has one to play, and `ladder` is what a
// player tries, in its order.
edge::task<edge::result<>> get_playback(edge::context& request);

} // namespace api
