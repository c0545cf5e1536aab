// Deletes a stream at both providers, then in the store.
#pragma once

#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "streams/model/recording.h"
#include "streams/model/stream.h"
#include "streams/settings/settings.h"

#include <optional>
#include <string>
#include <vector>

namespace streams {

struct deleted_recording {
  recording_source source;
  std::string id;
};

struct delete_stream_result {
  std::vector<deleted_recording> recordings = {};
  std::optional<edge::error> cloudflare = std::nullopt; // why something remains there
  std::optional<edge::error> mux = std::nullopt;
  std::optional<edge::error> livekit = std::nullopt;
  std::optional<edge::error> store = std::nullopt; // why the record remains; the providers are done
  // This deployment has no Mux any more, so the live stream and its recordings stay there for good.
  bool left_at_mux = false;

  [[nodiscard]] std::optional<edge::error> failure() const {
    return cloudflare ? cloudflare : mux ? mux : livekit ? livekit : store;
  }
};

// Deletes the recordings if that was asked for, the live input with its outputs, the live stream, the ingress
// at LiveKit, and at last the record. What fails at one keeps nothing from being deleted at the others. The
// change `deleted` must have been stored before. May be repeated until nothing fails; an object that is gone
// counts as deleted.
edge::task<delete_stream_result> delete_stream(edge::host& host, const settings& with,
                                               const stream_record& stream, edge::timestamp deadline);

// Removes the facts about a deleted stream, which would expire by themselves.
edge::task<void> remove_facts(edge::host& host, stream_record stream);

} // namespace streams
