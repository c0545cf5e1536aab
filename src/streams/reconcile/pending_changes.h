// What was asked of streams and could not be done, or was cut short: their deletion, their end, their backup
// switched on or off, new credentials.
#pragma once

#include "edge/task.h"
#include "streams/reconcile/round.h"
#include "streams/store/reconcile_memory.h"
#include "streams/store/work_queue.h"

#include <vector>

namespace streams {

// Does it, where no request is at work on it any more, and removes the word of it once it is done. A live
// input whose stream ended during a broadcast is disabled when that is over. What fails is left alone for
// longer each time.
edge::task<void> complete_pending_changes(reconcile_round& round, reconcile_memory& memory,
                                          const std::vector<pending_change>& all);

} // namespace streams
