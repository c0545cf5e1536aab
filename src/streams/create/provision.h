// Provisions a stream at both providers and records it, or leaves nothing behind.
//
//   intent -> (live stream at Mux ‖ live input at Cloudflare) -> outputs at Cloudflare -> record
//
// Mux is the backup: without it, the stream works and carries a warning. On the plan `mux` the live stream is
// all that is made, and without it there is no stream.
#pragma once

#include "cloudflare/types.h"
#include "crypto/secret.h"
#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "mux/types.h"
#include "streams/model/ingest.h"
#include "streams/model/stream.h"
#include "streams/model/stream_id.h"
#include "streams/settings/settings.h"
#include "streams/store/credentials.h"

#include <algorithm>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace streams {

// Where a stream is sent on to from its beginning. fault_of_target accepts its URL.
struct wanted_output {
  std::string url;
  crypto::secret stream_key;
  bool enabled = true;

  [[nodiscard]] bool is(const cloudflare::output& found) const {
    return found.url == url && found.stream_key.matches(stream_key.bytes());
  }
};

struct wanted_stream {
  std::string title;
  std::optional<std::string> memorial_id;
  bool backup = true; // at Mux, unless Mux is the ingest
  std::string created_by;
  streaming_method method = streaming_method::whip_browser;
  ingest_plan ingest = ingest_plan::cloudflare;
  streams::visibility visibility = visibility::public_stream;
  streams::phone_copy phone_copy = phone_copy::automatic;
  std::vector<change> begins_with = {};                   // what is asked of it from its beginning
  std::vector<wanted_output> outputs = {};                // empty if Mux is the ingest
  std::optional<stream_identity> identity = std::nullopt; // nullopt: a new stream

  [[nodiscard]] bool into_mux() const { return ingest == ingest_plan::mux; }
  // Whether anything of a broadcast will arrive at Mux.
  [[nodiscard]] bool reaches_mux() const {
    return into_mux() ||
           (backup && std::ranges::contains(promise_of(method, ingest).recorded_at, recording_source::mux));
  }
};

struct provisioned_stream {
  stream_record record;
  streams::credentials credentials;
};

// The step without which there is no stream.
enum class failed_step : std::uint8_t {
  intent,      // the intent could not be stored; no provider was called
  live_input,  // Cloudflare created no live input
  live_stream, // Mux, the ingest, created no live stream
  record,      // the stream could not be sealed or stored
};

struct provisioning_failure {
  failed_step step;
  edge::error cause;
  bool undone = false; // nothing is left; if false, reconcile finds what is left by the intent
};

class provisioner {
public:
  // A caller waits this long at most, and as long again while a failed creation is undone.
  static constexpr std::chrono::seconds budget{15};
  static constexpr std::chrono::seconds cleanup_budget{10};

  // Both must outlive this and the work after the answer.
  provisioner(edge::host& host, const settings& with) : host_(host), settings_(with) {}

  edge::task<std::expected<provisioned_stream, provisioning_failure>> provision(wanted_stream wanted);

  // Removes everything that is not part of a recorded stream, and then the intent. After a success, this can
  // wait until the caller has the answer.
  edge::task<void> remove_leftovers();

private:
  // Objects of one kind that are not, or not yet, part of a recorded stream.
  struct leftover {
    std::optional<std::string> id; // one that was made
    bool perhaps_more = false;     // a try with an unknown effect may have made another: look by the tag
    [[nodiscard]] bool any() const { return id || perhaps_more; }
  };

  // An output that may exist, though no answer confirmed it.
  struct leftover_output {
    std::string live_input_id;
    wanted_output what;
  };

  edge::task<std::expected<provisioned_stream, provisioning_failure>> create(wanted_stream wanted);

  // `wanted` must outlive these tasks.
  edge::task<edge::outcome<mux::live_stream>> create_live_stream(const wanted_stream& wanted);
  edge::task<edge::outcome<cloudflare::live_input>> create_live_input(const wanted_stream& wanted);
  edge::task<edge::outcome<cloudflare::output>> attach_output(const cloudflare::live_input& input,
                                                              const wanted_output& wanted);
  edge::task<void> attach_outputs(const cloudflare::live_input& input,
                                  const std::vector<wanted_output>& wanted);
  edge::task<std::optional<mux_side>> attach_backup(const cloudflare::live_input& input,
                                                    edge::outcome<mux::live_stream> backup);
  edge::task<edge::status> store_record(stream_record& what, const credentials& secrets);

  edge::task<edge::status> remove_live_streams();
  edge::task<edge::status> remove_live_inputs();
  edge::task<edge::status> remove_outputs();
  edge::task<edge::status> remove_record();
  void note_failure(leftover& of, const edge::error& cause);

  void warn(std::string_view code, std::string detail) {
    warnings_.push_back({std::string{code}, std::move(detail)});
  }

  edge::host& host_;
  const settings& settings_;
  stream_identity identity_;
  std::string tag_;
  edge::timestamp deadline_;
  leftover live_streams_;
  leftover live_inputs_;
  std::vector<leftover_output> leftover_outputs_; // all of one live input
  std::optional<stream_record> unfinished_record_;
  bool may_come_late_ = false;        // an abandoned call may still take effect: only a later look can tell
  bool output_may_come_late_ = false; // the same for an output
  bool nothing_left_ = false;         // after remove_leftovers
  std::optional<std::string> kept_live_stream_;
  std::vector<warning> warnings_;
};

} // namespace streams
