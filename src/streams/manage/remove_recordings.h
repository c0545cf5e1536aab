// Deletes single recordings at their providers.
#pragma once

#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "streams/model/stream.h"
#include "streams/settings/settings.h"

namespace streams {

// Deletes what recording::is_being_removed names, and stores of each one that it is done; the record is left
// to the caller. The change `recording_removed` must have been stored before. May be repeated until nothing
// fails; a recording that is gone counts as deleted. One at Mux stays there if the settings have no Mux.
edge::task<edge::status> remove_recordings(edge::host& host, const settings& with, stream_record& stream,
                                           edge::timestamp deadline);

} // namespace streams
