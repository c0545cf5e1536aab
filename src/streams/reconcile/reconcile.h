// Repairs what requests and webhooks left unfinished, most urgent first, within a time and call budget. The
// schedule runs it every minute. It compares the store with the providers, so it needs no history; every step
// may be repeated, or be cut off anywhere.
#pragma once

#include "edge/host.h"
#include "edge/task.h"
#include "streams/model/settings.h"
#include "streams/reconcile/round.h"

#include <string>

namespace streams {

// Both must outlive the task.
edge::task<reconcile_counts> reconcile(edge::host& host, const settings& with);

// What the last sweep says, in words for the operator: "on", or why it deletes nothing.
edge::task<std::string> sweep_state(edge::host& host);

} // namespace streams
