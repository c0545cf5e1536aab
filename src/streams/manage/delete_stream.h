// Deletes a stream: at both providers, and then what is kept of it.
#pragma once

#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "streams/model/recording.h"
#include "streams/model/settings.h"
#include "streams/model/stream.h"

#include <optional>
#include <string>
#include <vector>

namespace streams {

struct removed_recording {
  recording_source source;
  std::string id;
};

struct removal {
  std::vector<removed_recording> recordings = {};       // that are gone
  std::optional<edge::error> cloudflare = std::nullopt; // why something is left there
  std::optional<edge::error> mux = std::nullopt;
  std::optional<edge::error> store = std::nullopt; // both are done, and the record could not be removed

  bool done() const { return !cloudflare && !mux && !store; }
};

// Deletes the live input with its outputs and the live stream, before them their recordings where that was
// asked of the stream, and the record once all of it is gone. Its change `deleted` must have been stored
// before. May be repeated until it is done; what is not there any more counts as deleted.
edge::task<removal> remove_stream(edge::host& host, const settings& with, const stream_record& stream,
                                  edge::timestamp deadline);

// Removes the facts about a stream that is deleted; they would expire by themselves.
edge::task<void> remove_facts(edge::host& host, stream_record stream);

} // namespace streams
