// The stream that an address below /api/streams/{id} is about, whoever asks.
#pragma once

#include "edge/context.h"
#include "streams/settings.h"
#include "streams/stream_record.h"

#include <chrono>
#include <expected>

namespace api {

// How long an address may take to read or change one stream.
inline constexpr std::chrono::seconds stream_budget{15};

struct known_stream {
  streams::settings settings;
  streams::stream_record record;
};

// The stream of the route's first parameter, as its record says. Fails with 404 and 503.
edge::task<std::expected<known_stream, edge::problem>> find_stream(edge::context& request);

// Takes in what was said of the stream since, where that may be much, and has it written back after the
// answer. Fails with the same 404 for a stream that was deleted.
edge::task<std::expected<void, edge::problem>> bring_up_to_date(edge::context& request,
                                                                streams::stream_record& stream);

// Writes the record once the answer is on its way.
void write_back_later(edge::context& request, const streams::stream_record& record);

// Both: the stream for anybody.
edge::task<std::expected<known_stream, edge::problem>> find_public_stream(edge::context& request);

} // namespace api
