// Folds stored facts into a stream's record. Writers of facts fold; readers read the record alone.
//
// A fold may be lost: its Worker dies, KV refuses the write, or an older fold overwrites it. So a marker is
// written with each fact (see pending_change). Two minutes later the schedule folds once more and removes it.
#pragma once

#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "streams/model/stream.h"
#include "streams/store/store.h"

#include <string>

namespace streams {

// Folds the stored facts into the record, as far as they can be read.
edge::task<void> fold_facts(store& from, stream_record& stream);

// The same, and saves the record unless it is as `stored`. KV takes one write of a key per second: a refused
// one is repeated with the facts of that time.
edge::task<edge::status> fold_and_save(edge::host& host, stream_record stored, stream_record& stream);

// Saves a record that was folded, and tells its room.
edge::task<edge::status> save_and_tell(edge::host& host, const stream_record& stream);

// Folds the news and the stored facts into the record, and saves it if anything changed. The news counts even
// when the facts cannot be read. The stream's room hears of a change, and then the host application.
edge::task<void> refresh(edge::host& host, std::string stream_id, broadcast_state news);

} // namespace streams
