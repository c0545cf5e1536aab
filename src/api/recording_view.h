// A recording as whoever may watch it sees it over HTTP.
#pragma once

#include "json/object.h"
#include "streams/recording.h"
#include "streams/viewing_addresses.h"

namespace api {

// {source, id, state, duration, startedAt, playbackUrl, dashUrl, iframeUrl, thumbnailUrl}. The addresses are
// null until it can be played; Mux has no DASH and no player of its own. One that is missing has never come
// to its end, and no id if it was never heard of.
json::object view_of(const streams::recording& recording, const streams::viewing_addresses& played,
                     bool missing = false);

} // namespace api
