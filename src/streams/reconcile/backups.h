// Backups at Mux that a creation could not attach.
#pragma once

#include "edge/task.h"
#include "streams/model/stream.h"
#include "streams/reconcile/memory.h"
#include "streams/reconcile/round.h"

#include <vector>

namespace streams {

// Attaches a backup to each of these streams that awaits one: the live stream with its tag and the output
// that feeds it, each created if it does not exist. Stores that as a change. A stream for which this fails is
// retried less and less often.
edge::task<void> attach_backups(reconcile_round& round, reconcile_memory& memory,
                                std::vector<stream_record>& streams);

// Compares the output to the backup with what was last asked for, and switches it. False if it differed.
edge::task<edge::outcome<bool>> switch_backup(reconcile_round& round, const stream_record& stream);

} // namespace streams
