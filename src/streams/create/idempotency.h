// One Idempotency-Key creates one stream, however often and however concurrently the request is sent. The
// answer stays the same for a day.
//
// With leases (binding LEASES) this always holds. One request holds the lease; it notes which stream it makes
// before it makes anything. If it dies, its time runs out, and the next request continues with that stream
// and looks first for what exists of it.
//
// Without leases it holds only eventually. Requests that do not yet see the answer derive the same stream id
// from the key, the body and the time in steps of nine minutes: they get one live input, by Cloudflare's
// idempotency key, and one record. Nothing is cleared away then; reconcile removes the surplus. Two requests
// on either side of a step, or within the minute that KV takes to show an answer, make two streams.
#pragma once

#include "edge/error.h"
#include "edge/host.h"
#include "edge/lease.h"
#include "edge/task.h"
#include "streams/model/stream.h"
#include "streams/model/stream_id.h"
#include "streams/settings/settings.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace streams {

// A creation that an earlier request began and did not finish.
struct begun_creation {
  stream_identity identity;          // the stream to continue with, …
  std::optional<stream_record> made; // … unless it is complete
};

// Whether reconcile may be undoing an unrecorded creation with this id, or has undone it.
bool left_to_reconcile(const settings& with, std::string_view stream_id, edge::timestamp now);

// Nullopt if the stream was deleted or undone, or may be soon. Fails with unavailable when the store does.
edge::task<edge::outcome<std::optional<begun_creation>>> find_begun(edge::host& host, const settings& with,
                                                                    std::string stream_id);

class idempotent_creation {
public:
  // Longer than a creation takes: see provisioner::budget.
  static constexpr std::chrono::seconds held{60};
  static constexpr std::chrono::hours kept{24};

  enum class state : std::uint8_t {
    begun,             // make the stream, and then finish or abandon
    running,           // another request is making it
    answered,          // an earlier request got an answer
    different_request, // the key was used for something else
  };

  struct start {
    state is;
    stream_identity identity = {};                    // begun: the stream to make, …
    std::optional<stream_record> made = std::nullopt; // … unless it is complete
    std::string answer = {};                          // answered: what was passed to finish
  };

  // `holder` is unique. `key` belongs to the user; `request` is what is asked for under it. The host and the
  // settings must outlive this.
  idempotent_creation(edge::host& host, const settings& with, std::string_view subject, std::string_view key,
                      std::string_view request, std::string_view holder);

  // Fails with unavailable when the lease or the store fails, and with not_opened if the answer can no longer
  // be read.
  edge::task<edge::outcome<start>> begin();

  // The stream is made: from now on, the same request gets this answer. If this fails, the next request finds
  // the same as if this one had died.
  edge::task<edge::status> finish(std::string_view answer);

  // The stream was not made. The next request continues with the same one, unless `forget` is set: then the
  // key may be used for something else.
  edge::task<void> abandon(bool forget);

private:
  edge::task<edge::outcome<start>> begin_with_lease();
  edge::task<edge::outcome<start>> begin_without_lease();
  edge::task<edge::outcome<start>> open_answer(std::string_view sealed);

  edge::host& host_;
  const settings& settings_;
  std::string name_;
  std::string request_;
  edge::lease lease_;
  bool has_leases_;
};

} // namespace streams
