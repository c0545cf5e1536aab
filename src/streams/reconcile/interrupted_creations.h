// Creations that were cut short while they were carried out or undone. An intent stays behind.
#pragma once

#include "edge/task.h"
#include "streams/reconcile/round.h"
#include "streams/store/work_queue.h"

#include <vector>

namespace streams {

// Completes the creation of each stream with an old intent that has a record and exists at both providers.
// Undoes every other creation: deletes the provider objects with its tag, then the record and its keys, then
// the intent.
edge::task<void> resolve_interrupted_creations(reconcile_round& round, const std::vector<intent>& intents);

} // namespace streams
