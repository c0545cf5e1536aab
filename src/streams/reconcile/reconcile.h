// Repairs what requests and webhooks left unfinished, within a time and call budget. It compares the store
// with the providers, so it needs no history; every step may be repeated, or be cut off anywhere.
//
// With rooms, the alarms of streams do that for each stream (see alarm.h); the schedule, every 15 minutes,
// looks for streams whose alarm was lost and sweeps the providers' accounts. Without rooms, the schedule does
// all of it every minute.
#pragma once

#include "edge/host.h"
#include "edge/task.h"
#include "streams/reconcile/round.h"
#include "streams/settings/settings.h"

#include <string>

namespace streams {

// Both must outlive the task.
edge::task<reconcile_counts> reconcile(edge::host& host, const settings& with);

// What the last sweep says, in words for the operator: "on", or why it deletes nothing.
edge::task<std::string> sweep_state(edge::host& host);

} // namespace streams
