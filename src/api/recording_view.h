// A recording as everybody sees it over HTTP.
#pragma once

#include "json/object.h"
#include "mux/playback_urls.h"
#include "streams/recording.h"
#include "streams/stream_record.h"

#include <string>

namespace api {

// {source, id, state, duration, startedAt, playbackUrl, dashUrl, iframeUrl, thumbnailUrl}. The addresses are
// null until it can be played; Mux has no DASH and no player of its own.
json::object view_of(const streams::recording& recording, const streams::cloudflare_side& at_cloudflare,
                     const mux::playback_urls& at_mux);

// A picture of a recording that can be played.
std::string thumbnail_of(const streams::recording& recording, const streams::cloudflare_side& at_cloudflare,
                         const mux::playback_urls& at_mux);

} // namespace api
