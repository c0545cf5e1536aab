// Whether a stream is being recorded, for the warnings to its publisher and its viewers. Pure functions of
// the record and the time.
#pragma once

#include "edge/clock.h"
#include "streams/model/broadcast.h"
#include "streams/model/recording.h"
#include "streams/model/stream.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streams {

// How long after a stream's last fact its recording may still appear.
inline constexpr std::chrono::hours recording_patience{48};

// The places that should record the stream and have no recording that is growing or began since then.
std::vector<recording_source> unrecorded(const stream_record& stream, edge::timestamp since);

// Whether a recording of the newest broadcast is still expected at either place.
bool awaits_recording(const stream_record& stream);

// Whether a stream lacks the backup that it was meant to have and can still be broadcast to. A live stream
// with its tag may become that backup.
bool awaits_backup(const stream_record& stream);
// Without news for so long, it is not attached any more.
inline constexpr std::chrono::days backup_forgotten_after{30};

// Whether the stream is live, or its newest broadcast is over and a recording of it may still come.
bool is_in_progress(const stream_record& stream, edge::timestamp now);

// Whether it is live or in progress now and was not before.
bool has_begun(const stream_record& before, const stream_record& stream, edge::timestamp now);

// The places whose recording of the newest broadcast is so late that it will not appear.
std::vector<recording_source> missing_recordings(const stream_record& stream, edge::timestamp now);
// The same for any broadcast.
std::vector<recording_source> missing_recordings(const stream_record& stream, const broadcast& of,
                                                 edge::timestamp now);

// When the newest broadcast began, if no place has a recording of it and none will appear.
std::optional<edge::timestamp> lost_broadcast(const stream_record& stream, edge::timestamp now);

// recording_not_started while the stream is live and a check of the providers' lists since then found no
// recording; recording_missing if it never appeared. Nullopt as soon as the recording is known.
std::optional<warning> recording_warning(const stream_record& stream, edge::timestamp now);

// Why a recording failed, in a sentence for its owner.
std::string describe_failure(const recording& failed);

// What is wrong with the media or with the providers' accounts, by their own word, for the owner:
// ingest_error, recording_failed for the newest recordings, and mux_warning.
std::vector<warning> provider_warnings(const stream_record& stream);

// While the stream is live: backup_not_fed if Mux has received nothing for longer than a broadcast takes to
// get there, and reconnecting while it waits for an encoder that it lost.
std::optional<warning> feed_warning(const stream_record& stream, edge::timestamp now);

// Passes within a minute, and comes at the end of each broadcast that an encoder sends.
inline constexpr std::string_view reconnecting = "reconnecting";

// All that differs now from what the owner asked for.
std::vector<warning> warnings_of(const stream_record& stream, edge::timestamp now);

} // namespace streams
