// Ends a stream at both providers: nobody is to broadcast into it any more.
#pragma once

#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "streams/model/settings.h"
#include "streams/model/stream.h"

#include <optional>

namespace streams {

struct ending {
  std::optional<edge::error> mux = std::nullopt; // why the broadcast at Mux was not ended
  std::optional<edge::error> cloudflare;         // why the live input was not disabled
  bool waits = false; // for the broadcast to be over: what it comes into is disabled then
};

// Whether a stream has ended and what it comes into, as far as is known, still takes what comes, though
// nobody sends anything now.
bool to_be_closed(const stream_record& stream, edge::timestamp now);

// Ends the broadcast at Mux, and disables what it comes into (the live input, or the live stream where Mux is
// the ingest) unless somebody is live: a phone that is still sending its last seconds is not cut off. Once
// both are done, that is stored as a change and folded into the record. May be repeated; what is gone at a
// provider has ended there.
edge::task<ending> end_at_providers(edge::host& host, const settings& with, stream_record& stream,
                                    edge::timestamp deadline);

} // namespace streams
