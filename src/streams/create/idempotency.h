// A stream that somebody has begun to make, and may have died of: how the next one goes on with it.
#pragma once

#include "edge/error.h"
#include "edge/host.h"
#include "edge/lease.h"
#include "edge/task.h"
#include "streams/model/settings.h"
#include "streams/model/stream.h"
#include "streams/model/stream_id.h"

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace streams {

struct begun_stream {
  stream_identity identity;          // the stream to make, …
  std::optional<stream_record> made; // … unless it stands there already
};

// Whether reconcile may be undoing what was begun with this id and is not recorded, or has done so.
bool left_to_reconcile(const settings& with, std::string_view stream_id, edge::timestamp now);

// Nothing where it was deleted or undone, or is about to be. Fails with unavailable where the store does.
edge::task<edge::outcome<std::optional<begun_stream>>> find_begun(edge::host& host, const settings& with,
                                                                  std::string stream_id);

// Whose turn it is to make the stream that a key stands for, so that a creation that is sent again, or many
// times at once, makes one stream, and its answer is the same for a day.
//
// Where the deployment has leases (binding LEASES), that holds whatever happens. One has the turn; it notes
// which stream it makes before it makes anything. Where it dies, its time runs out, and the next one makes
// that stream, looking first for what is there of it.
//
// Where it has none, it holds in the end. Whoever does not find the answer yet makes the stream, under an id
// that follows from what was asked and from the time in steps of nine minutes: all who are at it at once make
// the same one, which is one live input by Cloudflare's idempotency key and one record in the store. Nothing
// is cleared away then; what was made twice beside it, reconcile removes. Two who are on either side of a
// step, or of the minute that the store takes to tell of an answer, make two streams.

class creation_turn {
public:
  // Longer than a creation takes, whatever becomes of it: see provisioner::budget.
  static constexpr std::chrono::seconds held{60};
  static constexpr std::chrono::hours kept{24};

  enum class state : std::uint8_t {
    ours,            // go on, and then finish or give up
    theirs,          // somebody is at it
    over,            // it is made, and answered
    another_request, // the key stands for something else that was asked for
  };

  struct standing {
    state is;
    stream_identity identity = {};                    // ours: the stream to make, …
    std::optional<stream_record> made = std::nullopt; // … unless it stands there already
    std::string answer = {};                          // over: as it was finished
  };

  // `holder` is nobody else's. `key` is a user's own; `request` is what is asked for under it. Both settings
  // must outlive this.
  creation_turn(edge::host& host, const settings& with, std::string_view subject, std::string_view key,
                std::string_view request, std::string_view holder);

  // Fails with unavailable where the lease or the store fails, and with not_opened where the answer cannot be
  // read any more.
  edge::task<edge::outcome<standing>> take();

  // It is made: from now on the same request gets this. Where that fails, it is as if the one who had the
  // turn had died.
  edge::task<edge::status> finish(std::string_view answer);

  // It was not made. The next one goes on with the same stream; where `forget` is set, the key may stand for
  // something else.
  edge::task<void> give_up(bool forget);

private:
  edge::task<edge::outcome<standing>> take_lease();
  edge::task<edge::outcome<standing>> take_alone();
  edge::task<edge::outcome<standing>> over(std::string_view sealed);

  edge::host& host_;
  const settings& settings_;
  std::string name_;
  std::string request_;
  edge::lease lease_;
  bool has_leases_;
};

} // namespace streams
