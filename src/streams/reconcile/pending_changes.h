// Changes that were asked for and failed or were cut short: a deletion, an end, a stop, a simulcast switch,
// new credentials. And facts whose fold may have been lost.
#pragma once

#include "edge/task.h"
#include "streams/reconcile/memory.h"
#include "streams/reconcile/round.h"
#include "streams/store/work_queue.h"

#include <vector>

namespace streams {

// Completes them, once no request can be working on them any more and KV shows what those have written, and
// removes them from the queue. The facts of the stream are folded once more in any case, and where a webhook
// could not be read, the stream is due for a comparison with the providers. A stream whose
// changes fail is retried less and less often.
edge::task<void> complete_pending_changes(reconcile_round& round, reconcile_memory& memory,
                                          const std::vector<pending_change>& all);

} // namespace streams
