// Which recordings are to be copied to the other provider. A pure function of the record and the time.
#pragma once

#include "edge/clock.h"
#include "streams/model/stream.h"
#include "streams/model/transfer.h"
#include "streams/settings/settings.h"

#include <optional>
#include <vector>

namespace streams {

// The copies that the stream should have and that were not begun. If others may be due later, because a
// recording may still come, `next` is when to look again.
std::vector<transfer> due_copies(const stream_record& stream, const settings& with, edge::timestamp now,
                                 std::optional<edge::timestamp>& next);

} // namespace streams
