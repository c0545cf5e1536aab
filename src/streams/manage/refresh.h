// Brings a stream's record up to what the facts say.
#pragma once

#include "edge/clock.h"
#include "edge/host.h"
#include "edge/task.h"
#include "streams/model/stream.h"
#include "streams/store/store.h"

#include <string>

namespace streams {

// Whether facts may have come that the record does not show yet. Listing them costs as much as a write, so a
// stream that has been quiet is left alone: the webhook that ends the quiet folds its fact into the record
// itself.
bool under_way(const stream_record& stream, edge::timestamp now);

// Folds what is stored about the stream into it. False where that says nothing new, or cannot be had.
edge::task<bool> take_in_facts(store& from, stream_record& stream);

// Writes the record with its broadcasts. A lost write costs nothing: the facts remain.
edge::task<void> write_back(edge::host& host, const stream_record& stream);

// Reads the record, joins the news and every fact that is stored, and writes it if that says something new.
// The news counts even where the facts cannot be listed. Where they say that the last broadcast of a stream
// that ended is over, its live input is disabled.
edge::task<void> refresh(edge::host& host, std::string stream_id, broadcast_state news);

} // namespace streams
