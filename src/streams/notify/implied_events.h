// What the host application is to be told of a stream: what its record implies.
#pragma once

#include "edge/clock.h"
#include "streams/model/host_event.h"
#include "streams/model/stream.h"

#include <chrono>
#include <optional>
#include <vector>

namespace streams {

// What happened longer ago is not told any more if it was never told.
inline constexpr std::chrono::days news_lasts{3};

// The events that were told of or will be, the oldest first.
std::vector<told_event> all_events(const stream_record& stream, edge::timestamp now);

// The events that are to be delivered now or later, the oldest first: what the record implies and nobody was
// told of, and what was not accepted yet.
std::vector<told_event> pending_events(const stream_record& stream, edge::timestamp now);

} // namespace streams
