// Live inputs with their outputs and recordings at Cloudflare Stream (Cloudflare API reference, Stream).
//
// Every call fails with the errors of edge::error: throttled with the time to wait, unauthorized, not_found,
// rejected (also where an answer of 200 says that it was no success), unavailable, malformed where the answer
// is not what Cloudflare documents or not what was asked for, and what the host says of a call without an
// answer. After a create that failed with effect_unknown() the same idempotency key gives the same input.
// An id that is none is rejected without a call. What a task is given by reference or view must outlive it.
#pragma once

#include "cloudflare/settings.h"
#include "cloudflare/types.h"
#include "crypto/secret.h"
#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "json/reader.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloudflare {

class api {
public:
  static constexpr edge::milliseconds call_timeout{8000};
  static constexpr std::uint32_t answer_limit = 256 * 1024;
  static constexpr std::uint32_t list_limit = 2 * 1024 * 1024; // a list comes whole
  // The error's `code` where a recording cannot be deleted because it still grows.
  static constexpr std::int64_t still_live = 10046;
  // How long a lost encoder may stay away and still come back into the same recording.
  static constexpr int dropout_window_seconds = 60;

  // Both must outlive this. No call is begun after the deadline, nor lasts beyond it.
  api(edge::host& host, const settings& with, edge::timestamp deadline)
      : host_(host), settings_(with), deadline_(deadline) {}

  // Live inputs: api_live_inputs.cpp.

  // Makes a live input that records, and checks that it does: Cloudflare answers 200 also to settings that it
  // has left out. The same key within six hours gives the input of the first call; rejected with 409 where
  // that has been deleted since. A key is 1 to 255 printable ASCII characters.
  edge::task<edge::outcome<live_input>> create_live_input(const new_live_input& wanted,
                                                          std::string_view idempotency_key);

  edge::task<edge::outcome<live_input>> get_live_input(std::string_view id);

  // Reads the live input and writes it again, changed: its meta (our tag, and what else stands there), its
  // recording settings, whether it is enabled, defaultCreator, preferLowLatency and deleteRecordingAfterDays
  // are sent in full, as Cloudflare told them, since it does not say whether it would keep what is left out.
  // Checks that the change was made and that it still records, is protected and tagged as before. May be
  // repeated. A change that somebody else makes at the same moment may be undone.
  edge::task<edge::outcome<live_input>> update_live_input(std::string_view id,
                                                          const live_input_change& change);

  // Gives the live input with new credentials. The old ones are refused from now on, and a broadcast under
  // way is cut off. Whether a call that failed with effect_unknown() has changed them, get_live_input tells.
  edge::task<edge::outcome<live_input>> rotate_keys(std::string_view id);

  // All live inputs with that tag. Cloudflare has no filter for it, so this reads the whole list; too_large
  // where it came cut and has none, for nobody can say then.
  edge::task<edge::outcome<std::vector<listed_live_input>>> find_live_inputs_by_tag(std::string_view tag);

  // The live inputs whose tag begins so, of as many as Cloudflare lists. An empty beginning is rejected
  // without a call: it is everybody's.
  edge::task<edge::outcome<live_input_list>> list_live_inputs(std::string_view tag_prefix);

  // Done also where there is no such live input (any more). Its recordings stay.
  edge::task<edge::status> delete_live_input(std::string_view id);

  // Outputs: api_outputs.cpp.

  // Sends on what comes into the live input, from now on, or once it is switched on.
  edge::task<edge::outcome<output>> create_output(std::string_view live_input_id, std::string_view url,
                                                  const crypto::secret& stream_key, bool enabled = true);

  edge::task<edge::outcome<std::vector<output>>> list_outputs(std::string_view live_input_id);

  // Switches an output on or off, also during a broadcast, and checks that it is.
  edge::task<edge::outcome<output>> set_output_enabled(std::string_view live_input_id,
                                                       std::string_view output_id, bool enabled);

  // Done also where there is no such output (any more).
  edge::task<edge::status> delete_output(std::string_view live_input_id, std::string_view output_id);

  // Recordings: api_videos.cpp.

  // All recordings of a live input, the one under way included. Not_found where the live input is gone,
  // though they are not.
  edge::task<edge::outcome<std::vector<video>>> list_videos(std::string_view live_input_id);

  edge::task<edge::outcome<video>> get_video(std::string_view id);

  // Done also where there is no such recording (any more). Rejected with the code still_live while it grows.
  edge::task<edge::status> delete_video(std::string_view id);

  // What everybody may know: asks the account's playback host (live_input::customer_url), without our
  // credentials, of a live input or a recording by its id, or by a signed token in its place where it needs
  // one. Rejected without a call for a host that is no playback host.
  edge::task<edge::outcome<lifecycle>> get_lifecycle(std::string_view customer_url,
                                                     std::string_view id_or_token);

private:
  struct call {
    std::string_view label; // for Server-Timing
    std::string_view step;  // for a person
    std::string_view method;
    std::string_view collection = "/live_inputs";
    std::optional<std::string_view> id = std::nullopt; // this and second_id are checked before they get into
    std::string_view rest = {};                        // the URL; `rest` comes between them
    std::optional<std::string_view> second_id = std::nullopt;
    std::optional<std::string> body = std::nullopt;
    std::optional<std::string_view> idempotency_key = std::nullopt;
    std::uint32_t limit = answer_limit;
  };

  // The body of a success; the same as JSON; the same where only success matters, and 404 is one.
  edge::task<edge::outcome<std::string>> send(call what);
  edge::task<edge::outcome<json::document>> ask(call what);
  edge::task<edge::status> remove(call what);

  edge::task<edge::outcome<live_input>> ask_for_live_input(call what);
  edge::task<edge::outcome<live_input_list>> read_list(std::string_view step, std::string_view tag_prefix);
  edge::task<edge::outcome<output>> ask_for_output(call what, bool enabled);

  edge::host& host_;
  const settings& settings_;
  edge::timestamp deadline_;
};

} // namespace cloudflare
