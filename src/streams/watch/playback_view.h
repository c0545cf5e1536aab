// A stream as viewers see it, over HTTP and in its room.
#pragma once

#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "json/writer.h"
#include "streams/model/stream.h"
#include "streams/settings/settings.h"
#include "streams/watch/playback.h"
#include "streams/watch/signed_playback.h"

#include <optional>
#include <span>

namespace streams {

// It refers to what outlives the view's task.
struct watched_stream {
  const settings& with;
  const stream_record& record;
  const std::optional<playback_keys>& keys; // what playback of a private stream is signed with
};

// All fail with unavailable if the platform cannot sign with the keys.

// Where the recordings of these broadcasts play and, with `files`, where their MP4s are.
edge::task<edge::outcome<playback_addresses>> addresses_of_recordings(edge::host& host,
                                                                      const watched_stream& stream,
                                                                      std::span<const broadcast> broadcasts,
                                                                      bool files);

// {status, broadcasts: [{startedAt, preferredRecordingSource, recordings}]}, the newest broadcast first, and
// the preferred source's recordings first.
edge::task<edge::outcome<json::object>> recordings_view(edge::host& host, watched_stream stream);

// {title, status, live, recording, poster, ladder}. `live` is null unless somebody broadcasts, `recording` is
// of the newest broadcast that has a playable one, and a player tries `ladder` in its order.
edge::task<edge::outcome<json::object>> playback_view(edge::host& host, watched_stream stream);

} // namespace streams
