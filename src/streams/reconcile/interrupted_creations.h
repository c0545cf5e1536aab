// Streams whose making, or undoing, was cut short: an intent stays behind.
#pragma once

#include "edge/task.h"
#include "streams/reconcile/round.h"
#include "streams/store/work_queue.h"

#include <vector>

namespace streams {

// Finishes every stream with an old one of these intents that has a record and stands at both providers, and
// undoes every other: what carries its tag is removed, then what was stored of it, then the intent.
edge::task<void> settle_interrupted_creations(reconcile_round& round, const std::vector<intent>& intents);

} // namespace streams
