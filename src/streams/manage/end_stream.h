// Ends a stream at both providers, so that nobody can broadcast to it any more.
#pragma once

#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "streams/model/settings.h"
#include "streams/model/stream.h"

#include <optional>

namespace streams {

struct end_stream_result {
  std::optional<edge::error> mux = std::nullopt;        // why the broadcast at Mux was not ended
  std::optional<edge::error> cloudflare = std::nullopt; // why the live input was not disabled
  bool is_live = false; // the ingest is disabled later, when the broadcast is over

  [[nodiscard]] std::optional<edge::error> failure() const { return cloudflare ? cloudflare : mux; }
};

// Whether an ended stream still accepts a broadcast and nobody is live, so that its ingest can be disabled.
bool needs_closing(const stream_record& stream, edge::timestamp now);

// Disables the ingest, the live input or the live stream when Mux is the ingest, and then ends the broadcast
// at Mux. While somebody is live the ingest stays enabled, so that a phone can send its last seconds; only
// the output to Mux is disabled, or Mux would take what still comes for another broadcast. Once
// both are done, that is stored as a change and folded into the record. May be repeated; an object that is
// gone counts as ended.
edge::task<end_stream_result> end_stream(edge::host& host, const settings& with, stream_record& stream,
                                         edge::timestamp deadline);

} // namespace streams
