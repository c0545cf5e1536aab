// A stream that somebody has begun to make, and may have died of: how the next one goes on with it.
#pragma once

#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "streams/settings.h"
#include "streams/stream_identity.h"
#include "streams/stream_record.h"

#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace streams {

struct begun_stream {
  stream_identity identity;          // the stream to make, …
  std::optional<stream_record> made; // … unless it stands there already
};

// Whether reconcile may be undoing what was begun with this id and is not recorded, or has done so.
bool left_to_reconcile(const settings& with, std::string_view stream_id, edge::timestamp now);

// Nothing where it was deleted or undone, or is about to be. Fails with unavailable where the store does.
edge::task<std::expected<std::optional<begun_stream>, edge::error>>
find_begun(edge::host& host, const settings& with, std::string stream_id);

} // namespace streams
