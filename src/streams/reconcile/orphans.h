// Objects at the providers that carry this deployment's tag and belong to no stream.
#pragma once

#include "edge/task.h"
#include "streams/reconcile/round.h"
#include "streams/store/reconcile_memory.h"

namespace streams {

// Removes them, a few in a run: the live inputs, and the live streams of the page that is next. Nothing else
// is ever removed: not what carries another deployment's tag, none, or one that is malformed; not what is
// young or of unknown age; not what its stream's record mentions or an intent names; and nothing where a list
// or the store cannot be read.
edge::task<void> sweep_orphans(reconcile_round& round, reconcile_memory& memory);

} // namespace streams
