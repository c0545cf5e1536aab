// What the providers would have said by webhooks that never came, read from their own lists.
#pragma once

#include "edge/task.h"
#include "streams/model/stream.h"
#include "streams/reconcile/round.h"
#include "streams/store/reconcile_memory.h"

#include <vector>

namespace streams {

// Looks at those of these streams whose turn it is, the most urgent first: those that are over and lack a
// recording, those that are live, and the others that something has become of in the last 30 days. The facts
// that are missing are written, and folded, into these as well. A stream of which nothing new is found is
// left alone for longer each time, until something is heard of it.
edge::task<void> recover_missed_webhooks(reconcile_round& round, reconcile_memory& memory,
                                         std::vector<stream_record>& streams);

} // namespace streams
