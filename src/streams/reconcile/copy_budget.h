// How many minutes of recordings a day may begin to copy (SECOND_COPY_MINUTES_PER_DAY in docs/settings.md).
#pragma once

#include "edge/clock.h"
#include "edge/error.h"
#include "edge/task.h"
#include "streams/model/transfer.h"
#include "streams/reconcile/round.h"

namespace streams {

// Whether the copy may begin today; if so, its minutes are counted, once however often it is asked. Without a
// limit nothing is counted. Fails as KV does.
edge::task<edge::outcome<bool>> is_within_day(reconcile_round& round, const transfer& what,
                                              edge::timestamp now);

} // namespace streams
