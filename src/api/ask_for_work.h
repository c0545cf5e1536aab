// What is asked of a stream, written down before it is done: so that it is done even if the request does not
// live to.
#pragma once

#include "edge/context.h"
#include "streams/change.h"
#include "streams/pending_work.h"
#include "streams/stream_record.h"

#include <expected>
#include <vector>

namespace api {

// Stores what was asked for. Word of it comes first, so that the schedule finishes what this request does
// not: at the providers, or in the record alone. Fails with 503.
edge::task<std::expected<streams::pending_work, edge::problem>>
ask_for_work(edge::context& request, streams::stream_record& record, std::vector<streams::change> asked);

// Once it is done at the providers: writes the record back after the answer, and then removes the word of the
// work. Where either fails, the schedule does it.
void finish_work_later(edge::context& request, const streams::stream_record& record,
                       streams::pending_work work);

} // namespace api
