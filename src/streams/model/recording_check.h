// Whether a stream is recorded, as far as it is known: what is told to whoever stands in front of the camera,
// and to whoever waits for a recording afterwards. Pure functions of the record and the time.
#pragma once

#include "edge/clock.h"
#include "streams/model/broadcast.h"
#include "streams/model/recording.h"
#include "streams/model/stream.h"
#include "streams/model/warning.h"

#include <optional>
#include <vector>

namespace streams {

// How long after the last that was heard of a stream its recording may still come.
inline constexpr std::chrono::hours recording_patience{48};

// The places where a stream should be recorded, and of which no recording is known that grows or began then.
std::vector<recording_source> unrecorded(const stream_record& stream, edge::timestamp since);

// Whether a recording is on its way, at either place, of the newest broadcast.
bool awaits_recording(const stream_record& stream);

// The places from which no recording of the newest broadcast has come for so long that none will.
std::vector<recording_source> missing_recordings(const stream_record& stream, edge::timestamp now);
// The same of one broadcast.
std::vector<recording_source> missing_recordings(const stream_record& stream, const broadcast& of,
                                                 edge::timestamp now);

// When the newest broadcast began, if of that one no recording has come from anywhere, and none will.
std::optional<edge::timestamp> lost_broadcast(const stream_record& stream, edge::timestamp now);

// The warning recording_not_started while somebody is live and a look at the providers' lists, made since
// they went live, found no recording; recording_missing where it never came. Withdrawn by itself: the
// recording that appears is all it takes.
std::optional<warning> recording_warning(const stream_record& stream, edge::timestamp now);

} // namespace streams
