// Tells the host application again of what it has not accepted yet.
#pragma once

#include "edge/task.h"
#include "streams/model/stream.h"
#include "streams/reconcile/round.h"

#include <vector>

namespace streams {

// Delivers the events of these streams that are due, until the receiver does not answer or the time is up.
// Counts the streams that it left.
edge::task<void> deliver_due_events(reconcile_round& round, std::vector<stream_record>& streams);

} // namespace streams
