// Provider objects and ingresses at LiveKit that carry this deployment's tag and belong to no stream.
#pragma once

#include "edge/task.h"
#include "streams/reconcile/memory.h"
#include "streams/reconcile/round.h"

namespace streams {

// Deletes a few of them in each run: from all live inputs and ingresses, and from one page of live streams.
// An ingress serves its stream until that ends; LiveKit ends its egress with it. It deletes nothing else:
// nothing with a foreign, malformed or missing tag, nothing young or of unknown age, nothing that the
// stream's record mentions or an intent names, nothing that somebody is broadcasting to, and nothing while a
// list or the store is unreadable. When a tenth of what the lists show would go, it deletes nothing.
edge::task<void> sweep_orphans(reconcile_round& round, reconcile_memory& memory);

} // namespace streams
