// Webhooks that never arrived: their facts are recovered from the providers' own lists.
#pragma once

#include "edge/task.h"
#include "streams/model/stream.h"
#include "streams/reconcile/memory.h"
#include "streams/reconcile/round.h"

#include <vector>

namespace streams {

// Checks the streams that are due, the most urgent first: those that are over and lack a recording, then
// those that are live, then those that changed in the last 30 days. Stores the missing facts and folds them
// into the record, here and in the store. A stream without news is checked less and less often, until it has
// news. A provider may delete a recording at any time later: of the streams that changed longer ago, one in
// `forgotten_share` is checked, by chance.
edge::task<void> recover_missed_webhooks(reconcile_round& round, reconcile_memory& memory,
                                         std::vector<stream_record>& streams, std::uint32_t forgotten_share);

} // namespace streams
