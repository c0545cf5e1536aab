// Copies recordings to the provider that has none, and finds out what became of uploads from phones.
//
// Mux -> Cloudflare: Mux makes a temporary file (the master), and Cloudflare copies it from its address.
// Cloudflare -> Mux: Cloudflare makes an MP4, and Mux makes an asset of its address.
//
// The intent is stored before the first call. Neither provider has idempotency keys for this, so every object
// names what it is a copy of, and each step looks for it first. If calls overtook each other and there are
// several, the oldest stays.
#pragma once

#include "edge/clock.h"
#include "edge/task.h"
#include "streams/model/stream.h"
#include "streams/reconcile/memory.h"
#include "streams/reconcile/round.h"

#include <vector>

namespace streams {

// One step for each of the streams' transfers that is due.
edge::task<void> advance_transfers(reconcile_round& round, reconcile_memory& memory,
                                   std::vector<stream_record>& streams);

} // namespace streams
