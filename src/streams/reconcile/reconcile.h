// Repairs what requests and webhooks left unfinished, most urgent first, within a time and call budget. The
// schedule runs it every minute. It compares the store with the providers, so it needs no history; every step
// may be repeated, or be cut off anywhere.
#pragma once

#include "edge/host.h"
#include "edge/task.h"
#include "streams/model/settings.h"
#include "streams/reconcile/round.h"

namespace streams {

// Both must outlive the task.
edge::task<reconcile_counts> reconcile(edge::host& host, const settings& with);

} // namespace streams
