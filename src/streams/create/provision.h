// Makes a stream at both providers and records it, or leaves nothing behind.
//
//   intent -> (live stream at Mux, live input at Cloudflare) -> outputs at Cloudflare -> record
//
// Two round trips to providers, one after the other. Mux is the backup: without it the stream works and says
// so. Where Mux is the ingest the live stream is all that is made, and without it there is no stream.
#pragma once

#include "cloudflare/types.h"
#include "crypto/secret.h"
#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "mux/types.h"
#include "streams/model/ingest.h"
#include "streams/model/settings.h"
#include "streams/model/stream.h"
#include "streams/model/stream_id.h"
#include "streams/store/credentials.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace streams {

// Where a stream is sent on to from its beginning: what fault_of_target finds nothing wrong with.
struct wanted_output {
  std::string url;
  crypto::secret stream_key;
  bool enabled = true;

  bool is(const cloudflare::output& found) const {
    return found.url == url && found.stream_key.matches(stream_key.bytes());
  }
};

struct wanted_stream {
  std::string title;
  std::optional<std::string> memorial_id;
  bool backup = true; // at Mux, where that is not the ingest
  std::string created_by;
  streaming_method method = streaming_method::whip_browser;
  ingest_plan ingest = ingest_plan::cloudflare;
  streams::visibility visibility = visibility::public_stream;
  std::vector<wanted_output> outputs = {};                // none where Mux is the ingest
  std::optional<stream_identity> identity = std::nullopt; // nothing: a new stream

  bool into_mux() const { return ingest == ingest_plan::mux; }
};

struct provisioned_stream {
  stream_record record;
  streams::credentials credentials;
};

// The step without which there is no stream.
enum class failed_step : std::uint8_t {
  intent,      // it could not be written down what is to be made; no provider was called
  live_input,  // Cloudflare gave no live input
  live_stream, // Mux, which is the ingest, gave no live stream
  record,      // it could not be sealed or stored what was made
};

struct provisioning_failure {
  failed_step step;
  edge::error cause;
  bool undone; // nothing is left; where false, the intent is, for the sweep to go by
};

class provisioner {
public:
  // A caller waits this long at most, and for as long again while what was made is undone.
  static constexpr std::chrono::seconds budget{15};
  static constexpr std::chrono::seconds undo_budget{10};

  // Both must outlive this, and the work that remains after the answer.
  provisioner(edge::host& host, const settings& with) : host_(host), settings_(with) {}

  edge::task<std::expected<provisioned_stream, provisioning_failure>> provision(wanted_stream wanted);

  // What remains once the caller has the answer: clearing away what did not become part of the stream.
  edge::task<void> tidy();

private:
  // Objects of one kind that are not, or not yet, part of a recorded stream.
  struct leftover {
    std::optional<std::string> id; // one that was made
    bool perhaps_more = false;     // a try whose effect is unknown may have made another: look by the tag
    bool any() const { return id || perhaps_more; }
  };

  // An output that may be there, though nobody could say so.
  struct leftover_output {
    std::string live_input_id;
    wanted_output what;
  };

  // What the record is made of.
  struct objects {
    std::optional<cloudflare_side> cloudflare;
    std::optional<mux_side> mux;
    streams::credentials credentials;
  };

  edge::task<edge::outcome<objects>> make_at_mux(const wanted_stream& wanted);
  edge::task<edge::outcome<objects>> make_at_cloudflare(const wanted_stream& wanted);

  edge::task<edge::outcome<mux::live_stream>> make_live_stream(const wanted_stream& wanted);
  edge::task<edge::outcome<cloudflare::live_input>> make_live_input(const wanted_stream& wanted);
  edge::task<edge::outcome<cloudflare::output>> attach(const cloudflare::live_input& input,
                                                       const wanted_output& wanted);
  edge::task<void> attach_all(const cloudflare::live_input& input, const std::vector<wanted_output>& wanted);
  edge::task<std::optional<mux_side>> back_up(const cloudflare::live_input& input,
                                              edge::outcome<mux::live_stream> backup);
  edge::task<edge::status> record(stream_record& what, const credentials& secrets);

  edge::task<edge::status> remove_live_streams();
  edge::task<edge::status> remove_live_inputs();
  edge::task<edge::status> remove_outputs();
  edge::task<edge::status> remove_record();
  void note_failure(leftover& of, const edge::error& cause);
  edge::task<bool> clear_away();
  edge::task<provisioning_failure> fail(failed_step step, edge::error cause);

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
  bool may_come_late_ = false; // a call was given up and may yet take effect: only a later look can tell
  std::optional<std::string> kept_live_stream_;
  std::vector<warning> warnings_;
};

} // namespace streams
