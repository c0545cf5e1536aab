// Live streams and their recordings, the assets, at Mux (Mux API reference, Live Streams and Assets).
//
// Every call fails with the errors of edge::error: throttled with the time that Mux asks us to wait,
// unauthorized, not_found, rejected, unavailable, malformed if the answer is not what Mux documents, and the
// host's own errors for a call without an answer. A create that failed with effect_unknown() may have made a
// live stream: Mux has no idempotency keys, so only the passthrough finds it again. An id or passthrough of
// the wrong form is rejected without a call. Whatever a task takes by reference or view must outlive it.
#pragma once

#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "mux/settings.h"
#include "mux/types.h"
#include "providers/rest_client.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mux {

class api {
public:
  static constexpr edge::milliseconds call_timeout = providers::rest_client::call_timeout;
  static constexpr std::uint32_t answer_limit = providers::call::usual_limit;
  static constexpr std::uint32_t list_limit =
      1024 * 1024;                              // a page of a hundred streams with their recordings
  static constexpr std::size_t page_size = 100; // the most that Mux gives
  static constexpr std::size_t max_pages = 20;
  static constexpr int reconnect_window_seconds = 60;

  // The host must outlive this. No call begins after the deadline or lasts beyond it.
  api(edge::host& host, const settings& with, edge::timestamp deadline);

  // Live streams: live_streams.cpp.

  // Makes a live stream in the latency mode of the settings, with a playback id. Its recordings have the same
  // playback policy and passthrough.
  edge::task<edge::outcome<live_stream>> create_live_stream(const new_live_stream& wanted);

  edge::task<edge::outcome<live_stream>> get_live_stream(std::string_view id);

  // All live streams with exactly that passthrough that were created since then. Mux cannot filter, so this
  // reads the list, the newest first. Fails with too_large if more than max_pages pages would have to be
  // read.
  edge::task<edge::outcome<std::vector<live_stream>>>
  find_live_streams_by_passthrough(std::string_view passthrough, edge::timestamp since = {});

  // The live streams on one page of the list, newest first, whose passthrough has this prefix. Pages begin at
  // 1. Someone who reads all pages may see a live stream twice or, while others are deleted, miss one. An
  // empty prefix is rejected without a call, since it matches live streams of others.
  edge::task<edge::outcome<live_stream_page>> list_live_streams(std::string_view passthrough_prefix,
                                                                std::size_t page);

  // Ends the broadcast without waiting for a lost encoder to come back. An encoder that goes on sending is
  // cut off about a minute later, and may begin another broadcast. Succeeds also if there is no broadcast:
  // Mux does not document what it answers then, so every 4xx that is no other error of edge::error counts.
  edge::task<edge::status> complete_live_stream(std::string_view id);

  // Ends the broadcast, cuts its encoder off, and refuses encoders from then on.
  edge::task<edge::status> disable_live_stream(std::string_view id);

  // Replaces the stream key. Mux refuses the old one from then on. After a failure with effect_unknown(),
  // get_live_stream tells whether the key has changed.
  edge::task<edge::outcome<live_stream>> reset_stream_key(std::string_view id);

  // Succeeds also if there is no such live stream. Its recordings stay.
  edge::task<edge::status> delete_live_stream(std::string_view id);

  // Recordings: assets.cpp.

  // All recordings of a live stream, including the current one, and also after the live stream is gone. Fails
  // with too_large if there are more than max_pages pages.
  edge::task<edge::outcome<std::vector<asset>>> list_assets_of_live_stream(std::string_view live_stream_id);

  // Makes another playback id of a recording, and removes one: its policy cannot be changed. Removing
  // succeeds also if there is no such recording or id.
  edge::task<edge::outcome<playback_id>> add_playback_id(std::string_view asset_id, playback_policy policy);
  edge::task<edge::status> remove_playback_id(std::string_view asset_id, std::string_view playback_id);

  edge::task<edge::outcome<asset>> get_asset(std::string_view id);

  // Has Mux make the file of a recording that is complete; get_asset tells when it is ready.
  edge::task<edge::outcome<asset>> open_master(std::string_view id);

  // Has Mux make an MP4 of a recording that is complete; get_asset tells when it is ready. Succeeds also if
  // Mux refuses: it does so if there is one, and get_asset tells that too.
  edge::task<edge::status> make_mp4(std::string_view id);

  // Has Mux make captions of the sound of a recording. It refuses the same language again, and languages that
  // it does not know. The track is one of get_asset.
  edge::task<edge::status> generate_captions(std::string_view asset_id, std::string_view audio_track,
                                             std::string_view language, std::string_view name);

  // Has Mux make a recording of the file at an address, or of a part of an asset: then the address is
  // mux://assets/ with the asset's id. Mux has no idempotency keys, so only the passthrough
  // finds it again.
  edge::task<edge::outcome<asset>> create_asset(const new_asset& wanted, std::string_view url);

  // The assets with that passthrough that were created since then, the newest first. Mux cannot filter by it.
  // Fails with too_large if more than max_pages pages would have to be read.
  edge::task<edge::outcome<std::vector<asset>>> find_assets(std::string_view passthrough,
                                                            edge::timestamp since);

  // Succeeds also if there is no such asset.
  edge::task<edge::status> delete_asset(std::string_view id);

private:
  // The live stream in the answer. It must have this id or this playback policy, if one is given.
  edge::task<edge::outcome<live_stream>>
  ask_for_live_stream(providers::call what, std::optional<playback_policy> policy = std::nullopt);
  edge::task<edge::outcome<asset>> ask_for_asset(providers::call what);
  edge::task<edge::outcome<live_stream_page>>
  read_page(std::string_view step, std::string_view passthrough_prefix, std::size_t page);
  [[nodiscard]] static std::string page_query(std::size_t page);

  std::string latency_mode_;
  providers::rest_client client_;
};

} // namespace mux
