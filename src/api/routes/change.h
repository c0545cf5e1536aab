// A change that an owner asks for is stored before it is carried out, so that reconcile finishes it if the
// request dies.
#pragma once

#include "edge/http/context.h"
#include "streams/model/change.h"
#include "streams/model/stream.h"
#include "streams/store/work_queue.h"

#include <vector>

namespace api {

// Stores the changes and folds them into the record. A pending change is written first. Fails with 503.
edge::task<edge::result<streams::pending_change>>
begin_change(edge::context& request, streams::stream_record& record, std::vector<streams::change> changes);

// The providers have carried the change out. After the answer, writes the record and removes the pending
// change. If either fails, reconcile does it.
void finish_change_later(edge::context& request, const streams::stream_record& record,
                         streams::pending_change pending);

} // namespace api
