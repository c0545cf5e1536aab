// What the owner of a stream has to know of its plan before relying on it.
#pragma once

#include "streams/stream_record.h"
#include "streams/warning.h"

#include <optional>

namespace streams {

// recording_unverified: nobody documents that what comes in this way is recorded. Withdrawn by the first
// recording, since then it is known.
std::optional<warning> plan_warning(const stream_record& stream);

} // namespace streams
