// The stream of a memorial on the plan `mux`: one for all who may publish to it, however many ask at once.
//
// The memorial's lease (edge/lease.h) is acquired for the successor of the last stream. Its result is the
// stream's id, and that is looked up on every use: a request that finds it ended or deleted acquires the
// lease anew for the next successor. So an ended stream is never returned, and no two requests make its
// successor.
//
// Without leases, concurrent requests may each make a stream. All of them stay, and later requests get the
// newest.
#pragma once

#include "edge/error.h"
#include "edge/host.h"
#include "edge/lease.h"
#include "edge/task.h"
#include "streams/model/stream.h"
#include "streams/model/stream_id.h"
#include "streams/settings/settings.h"
#include "streams/store/memorial_store.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace streams {

struct memorial_caller {
  std::string memorial_id;
  std::string subject;
  std::optional<memorial> admits; // nullopt: the memorial is unknown
  // Whether the memorial is known and admits that user. Who is admitted gets the streams of others who are.
  [[nodiscard]] bool knows(std::string_view user) const { return admits && admits->admits(user); }
  // Whether the caller may be given that stream. Everyone may be given their own.
  [[nodiscard]] bool may_have(const stream_record& stream) const {
    return stream.created_by == subject || (knows(subject) && knows(stream.created_by));
  }
};

// The newest open stream (neither ended nor deleted) with credentials. Fails with unavailable when the store
// does.
edge::task<edge::outcome<std::optional<stream_record>>> find_memorial_stream(edge::host& host,
                                                                             const memorial_caller& caller);

class memorial_creation {
public:
  // How long to wait for another request that makes it; a creation seldom takes longer than two seconds.
  static constexpr std::chrono::seconds patience{10};

  enum class state : std::uint8_t {
    begun,   // make the stream, and then finish or abandon
    running, // another request is still making it
    made,    // it exists
  };

  struct start {
    state is;
    std::optional<stream_identity> identity = std::nullopt; // begun: the stream to make
    std::optional<stream_record> made = std::nullopt;
  };

  // `holder` is unique. The host, the settings and the caller must outlive this.
  memorial_creation(edge::host& host, const settings& with, const memorial_caller& caller,
                    std::string holder);

  // Waits for the lease or for the stream. `wanted` is the stream to make if no other was begun. Fails with
  // unavailable when the lease or the store fails.
  edge::task<edge::outcome<start>> begin(std::optional<stream_identity> wanted);

  // The stream is made. If this fails, later requests find it in the store, or by the lease's note.
  edge::task<void> finish(const std::string& stream_id);

  // The stream was not made. The next request continues with the same one, unless `forget` is set.
  edge::task<void> abandon(bool forget);

private:
  edge::task<edge::outcome<std::optional<start>>> try_begin(const stream_identity& mine);

  edge::host& host_;
  const settings& settings_;
  const memorial_caller& caller_;
  edge::lease lease_;
  bool has_leases_;
  std::string after_;
};

} // namespace streams
