// Backups that could not be attached when their streams were made, and are attached later.
#pragma once

#include "edge/error.h"
#include "edge/task.h"
#include "streams/model/stream.h"
#include "streams/reconcile/round.h"
#include "streams/store/reconcile_memory.h"

#include <vector>

namespace streams {

// Whether a stream was to have a backup, could not be given one, and is still to be broadcast into. What
// carries its tag at Mux may become it.
bool awaits_backup(const stream_record& stream);

// Gives each of these streams that awaits one its backup: the live stream at Mux that carries its tag, made
// if there is none, and the output that feeds it, likewise. That it was is stored as a change. Where that
// fails, the stream is left alone for longer each time.
edge::task<void> attach_backups(reconcile_round& round, reconcile_memory& memory,
                                std::vector<stream_record>& streams);

} // namespace streams
