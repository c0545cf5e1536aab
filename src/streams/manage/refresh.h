// Keeps a stream's record up to date with the stored facts.
#pragma once

#include "edge/clock.h"
#include "edge/host.h"
#include "edge/task.h"
#include "streams/model/stream.h"
#include "streams/store/store.h"

#include <string>

namespace streams {

// Folds the stored facts into the record. False when that changes nothing or the facts cannot be read.
edge::task<bool> fold_facts(store& from, stream_record& stream);

// The same, but only if there may be facts that the record lacks. Listing them costs as much as a write, so a
// stream that has been quiet for a while is left alone: the next webhook folds its own fact into the record.
edge::task<bool> bring_up_to_date(store& from, stream_record& stream);

// Saves the record. If the write is lost, the facts remain and the next fold saves it again.
edge::task<void> save_record(edge::host& host, const stream_record& stream);

// Folds the news and the stored facts into the record, and saves it if anything changed. The news counts even
// when the facts cannot be read. When an ended stream's last broadcast is over, this disables its ingest.
edge::task<void> refresh(edge::host& host, std::string stream_id, broadcast_state news);

} // namespace streams
