// What the alarm of a stream's room does: everything that is due for that stream, with a budget of its own.
// The schedule only sees to streams whose alarm was lost. See streams/store/due.h.
#pragma once

#include "edge/host.h"
#include "edge/task.h"
#include "streams/reconcile/memory.h"
#include "streams/reconcile/round.h"
#include "streams/settings/settings.h"
#include "streams/store/work_queue.h"

#include <string>

namespace streams {

struct alarm {
  std::string stream_id;
  bool has_work = false;      // else only the stream itself is looked at
  bool has_copy_news = false; // copies and uploads are looked at although they were put off
  std::string memory;         // of the alarm before, as the room kept it: a reconcile_memory
};

// Completes or undoes the stream's creation, completes its changes, folds its facts, attaches its backup and
// compares it with the providers and tells the host application of its events, as far as each is due; then
// sets the next alarm. The arguments must outlive the task.
edge::task<reconcile_counts> reconcile_stream(edge::host& host, const settings& with, const alarm& of);

// For the schedule: wakes the rooms of streams that have work left, of those that are in progress, and of a
// few others in turn. A room whose alarm is set goes by its alarm.
edge::task<void> wake_rooms(reconcile_round& round, reconcile_memory& memory,
                            const unfinished_work& unfinished);

} // namespace streams
