// Makes good what requests and webhooks left undone: run by the schedule, every minute, level-triggered. It
// compares what the store says with what the providers say, does the most urgent first, and leaves to the
// next run what it has no time or calls for. Every step may be repeated, and be cut off anywhere.
#pragma once

#include "edge/host.h"
#include "edge/task.h"
#include "streams/model/settings.h"
#include "streams/reconcile/round.h"

namespace streams {

// Both must outlive the task.
edge::task<reconcile_counts> reconcile(edge::host& host, const settings& with);

} // namespace streams
