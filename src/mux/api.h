// Live streams and their recordings, the assets, at Mux (Mux API reference, Live Streams and Assets).
//
// Every call fails with the errors of edge::error: throttled with the time Mux asks us to wait, unauthorized,
// not_found, rejected, unavailable, malformed where the answer is not what Mux documents, and what the host
// says of a call without an answer. A create that failed with effect_unknown() may have made a live stream:
// Mux knows no idempotency key, only its passthrough finds it again. What a task is given by reference or
// view must outlive it.
#pragma once

#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "json/reader.h"
#include "mux/settings.h"
#include "mux/types.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mux {

class api {
public:
  static constexpr edge::milliseconds call_timeout{8000};
  static constexpr std::uint32_t answer_limit = 256 * 1024;
  static constexpr std::uint32_t list_limit =
      1024 * 1024;                              // a page of a hundred streams with their recordings
  static constexpr std::size_t page_size = 100; // the most that Mux gives
  static constexpr std::size_t max_pages = 20;
  static constexpr int reconnect_window_seconds = 60;

  // Both must outlive this. No call is begun after the deadline, nor lasts beyond it.
  api(edge::host& host, const settings& with, edge::timestamp deadline)
      : host_(host), settings_(with), deadline_(deadline) {}

  // Live streams: api_live_streams.cpp.

  // Makes a live stream in low-latency mode whose recordings have the same playback policy and passthrough.
  // Gives it with its playback id. A passthrough that is not what new_live_stream
  // asks for is rejected without a call; so is, below, an id that is none.
  edge::task<edge::outcome<live_stream>> create_live_stream(const new_live_stream& wanted);

  edge::task<edge::outcome<live_stream>> get_live_stream(std::string_view id);

  // All live streams with exactly that passthrough. Mux has no filter for it, so this reads the whole list;
  // too_large where it has more than max_pages pages, for nobody can say then what it holds.
  edge::task<edge::outcome<std::vector<live_stream>>>
  find_live_streams_by_passthrough(std::string_view passthrough);

  // The live streams on a page of the list, newest first, whose passthrough begins so; pages begin at 1. Who
  // reads them all may meet one twice or, while others are deleted, miss one. An empty beginning is rejected
  // without a call: it is everybody's. Malformed where one of those is not what Mux documents.
  edge::task<edge::outcome<live_stream_page>> list_live_streams(std::string_view passthrough_prefix,
                                                                std::size_t page);

  // Ends the broadcast without waiting for a lost encoder to come back; one that goes on sending is cut off
  // about a minute later, and may begin another broadcast. Done also where there is none: Mux does not
  // document what it answers then, so any 4xx is taken for it that is no other error of edge::error.
  edge::task<edge::status> complete_live_stream(std::string_view id);

  // Ends the broadcast, cuts its encoder off, and refuses encoders until the live stream is enabled again.
  edge::task<edge::status> disable_live_stream(std::string_view id);
  edge::task<edge::status> enable_live_stream(std::string_view id);

  // Gives the live stream with a new stream key; the old one is refused from now on. Whether a call that
  // failed with effect_unknown() has changed the key, get_live_stream tells.
  edge::task<edge::outcome<live_stream>> reset_stream_key(std::string_view id);

  // Done also where there is no such live stream (any more). Its recordings stay.
  edge::task<edge::status> delete_live_stream(std::string_view id);

  // Recordings: api_assets.cpp.

  // All recordings of a live stream, the one under way included; also where the live stream is gone.
  // Too_large where there are more than max_pages pages of them.
  edge::task<edge::outcome<std::vector<asset>>> list_assets_of_live_stream(std::string_view live_stream_id);

  edge::task<edge::outcome<asset>> get_asset(std::string_view id);

  // Done also where there is no such asset (any more).
  edge::task<edge::status> delete_asset(std::string_view id);

private:
  struct call {
    std::string_view label; // for Server-Timing
    std::string_view step;  // for a person
    std::string_view method;
    std::string_view collection = "live-streams";
    std::optional<std::string_view> id = std::nullopt; // checked before it gets into the URL
    std::string_view rest = {};                        // what follows the id, with its slash
    std::string query = {};                            // with its question mark
    std::optional<std::string> body = std::nullopt;
    std::uint32_t limit = answer_limit;
  };

  // The body of a success; the same as JSON; the same where only success matters, and an answer that is an
  // error of the kind `done` is one.
  edge::task<edge::outcome<std::string>> send(call what);
  edge::task<edge::outcome<json::document>> ask(call what);
  edge::task<edge::status> carry_out(call what, std::optional<edge::error_kind> done = std::nullopt);

  edge::task<edge::outcome<live_stream>> ask_for_live_stream(call what);
  edge::task<edge::outcome<live_stream_page>>
  read_page(std::string_view step, std::string_view passthrough_prefix, std::size_t page);
  [[nodiscard]] static std::string page_query(std::size_t page);

  edge::host& host_;
  const settings& settings_;
  edge::timestamp deadline_;
};

} // namespace mux
