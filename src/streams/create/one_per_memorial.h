// The stream of a memorial that comes into Mux: one for all who may publish to it.
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

// Whose stream is looked for.
struct memorial_caller {
  std::string memorial_id;
  std::string subject;
  bool admitted; // by the memorial: anybody's; else their own
};

// The newest that is open, neither ended nor deleted, and whose credentials are there. Fails with unavailable
// where the store does.
edge::task<edge::outcome<std::optional<stream_record>>> find_memorial_stream(edge::host& host,
                                                                             const memorial_caller& caller);

enum class memorial_stream_state : std::uint8_t {
  open,
  closed,
  unseen, // the store may be behind: it does not know of it yet, or not of all of it
};

struct memorial_stream {
  memorial_stream_state is;
  std::optional<stream_record> record = std::nullopt; // where it is open
};

// How one stands that was made.
edge::task<edge::outcome<memorial_stream>> look_at_memorial_stream(edge::host& host, const settings& with,
                                                                   std::string_view stream_id);

// Whose turn it is to make the stream of a memorial, so that however many ask for it at once, one is made.
//
// The lease of the memorial's stream (edge/lease.h) is taken for what comes after the stream before it. What
// comes of it is the stream's id: whoever finds that it has been ended or deleted takes the lease anew, for
// what comes after that one. So nobody is given a stream that is over, and no two make its successor.
//
// Where the deployment has no leases, everybody has the turn at once, and may make a stream. All of them
// stand, and whoever asks later is given the newest.

class memorial_turn {
public:
  // How long one waits for somebody else who makes it; a creation seldom takes longer than two seconds.
  static constexpr std::chrono::seconds patience{10};

  enum class state : std::uint8_t {
    ours,   // go on, and then finish or give up
    theirs, // somebody is still at it
    made,   // it is there
  };

  struct standing {
    state is;
    std::optional<stream_identity> identity = std::nullopt; // ours: the stream to make
    std::optional<stream_record> made = std::nullopt;
  };

  // `holder` is nobody else's. The host and the settings must outlive this.
  memorial_turn(edge::host& host, const settings& with, const memorial_caller& caller, std::string holder);

  // Waits for its turn, or for the stream. `wanted` is the stream to make if nobody has begun another one.
  // Fails with unavailable where the lease or the store fails.
  edge::task<edge::outcome<standing>> take(std::optional<stream_identity> wanted);

  // It is made. Where this cannot be said, the store says so to whoever asks later, or the lease's note does.
  edge::task<void> finish(const std::string& stream_id);

  // It was not made. The next one goes on with the same stream, unless `forget` is set.
  edge::task<void> give_up(bool forget);

private:
  edge::task<edge::outcome<std::optional<standing>>> look(const stream_identity& mine);

  edge::host& host_;
  const settings& settings_;
  edge::lease lease_;
  bool has_leases_;
  std::string after_;
};

} // namespace streams
