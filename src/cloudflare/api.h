// Live inputs with their outputs and recordings at Cloudflare Stream (Cloudflare API reference, Stream).
//
// Every call fails with the errors of edge::error: throttled with the time to wait, unauthorized, not_found,
// rejected (also for an answer of 200 that says that it was no success), unavailable, malformed if the answer
// is not what Cloudflare documents or not what was asked for, and the host's own errors for a call without an
// answer. After a create that failed with effect_unknown(), the same idempotency key gives the same input. An
// id of the wrong form is rejected without a call. Whatever a task takes by reference or view must outlive
// it.
#pragma once

#include "cloudflare/settings.h"
#include "cloudflare/types.h"
#include "crypto/secret.h"
#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "providers/captions.h"
#include "providers/rest_client.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloudflare {

class api {
public:
  static constexpr edge::milliseconds call_timeout = providers::rest_client::call_timeout;
  static constexpr std::uint32_t answer_limit = providers::call::usual_limit;
  static constexpr std::uint32_t list_limit = 8 * 1024 * 1024; // a list comes whole
  static constexpr std::size_t page_size = 1000;               // the most that Cloudflare gives
  static constexpr std::size_t max_pages = 5;
  // The error's `code` for a recording that cannot be deleted because it still grows.
  static constexpr std::int64_t still_live = 10046;
  // How long a lost encoder may stay away and still come back into the same recording.
  static constexpr int dropout_window_seconds = 60;

  // The host and the settings must outlive this. No call begins after the deadline or lasts beyond it.
  api(edge::host& host, const settings& with, edge::timestamp deadline);

  // Live inputs: live_inputs.cpp.

  // Makes a live input that records, and checks that it does: Cloudflare answers 200 also if it has left
  // settings out. The same key within six hours gives the input of the first call, or rejected with 409 if
  // that was deleted since. A key is 1 to 255 printable ASCII characters.
  edge::task<edge::outcome<live_input>> create_live_input(const new_live_input& wanted,
                                                          std::string_view idempotency_key);

  edge::task<edge::outcome<live_input>> get_live_input(std::string_view id);

  // Ends a broadcast and refuses the next. Everything else about the live input stays. May be repeated.
  edge::task<edge::status> disable_live_input(std::string_view id);

  // Sets whether playback of the live input, and of what it records from now on, needs a token. The answer
  // says whether it does: Cloudflare answers 200 also if it has left settings out.
  edge::task<edge::outcome<live_input>> protect_live_input(std::string_view id, bool require_signed_urls,
                                                           bool enabled);

  // Replaces the credentials. Cloudflare refuses the old ones from then on and cuts off a current broadcast.
  // After a failure with effect_unknown(), get_live_input tells whether they have changed.
  edge::task<edge::outcome<live_input>> rotate_keys(std::string_view id);

  // All live inputs with that tag. Cloudflare cannot filter by it, so this reads the whole list. Fails with
  // too_large if the list was cut and the part that came has none.
  edge::task<edge::outcome<std::vector<listed_live_input>>> find_live_inputs_by_tag(std::string_view tag);

  // The live inputs whose tag has this prefix, among those that Cloudflare lists. An empty prefix is rejected
  // without a call, since it matches live inputs of others.
  edge::task<edge::outcome<live_input_list>> list_live_inputs(std::string_view tag_prefix);

  // Succeeds also if there is no such live input. Its recordings stay.
  edge::task<edge::status> delete_live_input(std::string_view id);

  // Outputs: outputs.cpp.

  // Forwards what comes into the live input: from now on, or once the output is enabled.
  edge::task<edge::outcome<output>> create_output(std::string_view live_input_id, std::string_view url,
                                                  const crypto::secret& stream_key, bool enabled = true);

  edge::task<edge::outcome<std::vector<output>>> list_outputs(std::string_view live_input_id);

  // Switches an output on or off, also during a broadcast, and checks that it is.
  edge::task<edge::outcome<output>> set_output_enabled(std::string_view live_input_id,
                                                       std::string_view output_id, bool enabled);

  // Succeeds also if there is no such output.
  edge::task<edge::status> delete_output(std::string_view live_input_id, std::string_view output_id);

  // Recordings: videos.cpp.

  // All recordings of a live input, including the current one, and also after the live input is gone. Fails
  // with too_large if there are more than max_pages pages.
  edge::task<edge::outcome<std::vector<video>>> list_videos(std::string_view live_input_id);

  // Sets whether playback of a recording needs a token. Succeeds also if there is no such recording.
  edge::task<edge::status> protect_video(std::string_view id, bool require_signed_urls);

  // Succeeds also if there is no such recording. Rejected with the code still_live while it grows.
  edge::task<edge::status> delete_video(std::string_view id);

  // Copies, downloads and uploads: made_videos.cpp.

  // The videos with that creator, the oldest first.
  edge::task<edge::outcome<std::vector<made_video>>> list_made_videos(std::string_view creator);
  edge::task<edge::outcome<made_video>> get_made_video(std::string_view id);

  // Has Cloudflare copy a file from an address, which its meta then shows: hide it with set_meta. Gives the
  // video's id. There is no idempotency key; list_made_videos finds what an earlier call made.
  edge::task<edge::outcome<std::string>> copy_video(const new_video& wanted, std::string_view url);
  edge::task<edge::status> set_meta(std::string_view id, const new_video& as);

  // Has Cloudflare make a video of a part of another, which must be ready. Gives its id. There is no
  // idempotency key here either.
  edge::task<edge::outcome<std::string>> clip_video(const new_video& wanted, const video_part& part);

  // The captions of a video, in every language. Generating them succeeds once: Cloudflare refuses the same
  // language again, and languages that it does not know.
  edge::task<edge::outcome<std::vector<providers::captions>>> list_captions(std::string_view id);
  edge::task<edge::status> generate_captions(std::string_view id, std::string_view language);

  // Asks for an MP4 of a recording, or how far it is.
  edge::task<edge::outcome<download>> get_download(std::string_view id);
  edge::task<edge::outcome<download>> create_download(std::string_view id);

  // An address to upload a file of this size to, until then (in two minutes to six hours). Longer media is
  // refused.
  edge::task<edge::outcome<upload>> create_upload(const new_video& wanted, std::int64_t size,
                                                  std::chrono::seconds longest, edge::timestamp until);

private:
  static constexpr std::string_view live_inputs = "/live_inputs";

  // The live input or output in the answer, which must have the id, if one is given. The output must be
  // switched as asked.
  edge::task<edge::outcome<live_input>> ask_for_live_input(providers::call what);
  edge::task<edge::outcome<output>> ask_for_output(providers::call what, bool enabled);
  edge::task<edge::outcome<download>> ask_for_download(providers::call what);
  edge::task<edge::outcome<std::string>> ask_for_id(providers::call what);
  edge::task<edge::outcome<live_input_list>> read_list(std::string_view step, std::string_view tag_prefix);

  edge::host& host_;
  const settings& settings_;
  edge::timestamp deadline_;
  providers::rest_client client_;
};

} // namespace cloudflare
