// Live streams at Mux (Mux API reference, Live Streams).
//
// Every call fails with the errors of edge::error: throttled with the time Mux asks us to wait, unauthorized,
// not_found, rejected, unavailable, malformed where the answer is not what Mux documents, and what the host
// says of a call without an answer. A create that failed with effect_unknown() may have made a live stream:
// Mux knows no idempotency key, only its passthrough finds it again.
#pragma once

#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/task.h"
#include "json/document.h"
#include "mux/live_stream.h"
#include "mux/new_live_stream.h"
#include "mux/settings.h"

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

  // Makes a live stream in low-latency mode whose recordings have the same playback policy and passthrough.
  // Gives it with its playback id. A passthrough that is not what new_live_stream
  // asks for is rejected without a call; so is, below, an id that is none.
  edge::task<std::expected<live_stream, edge::error>> create_live_stream(const new_live_stream& wanted);

  edge::task<std::expected<live_stream, edge::error>> get_live_stream(std::string_view id);

  // All live streams with exactly that passthrough. Mux has no filter for it, so this reads the whole list;
  // too_large where it has more than max_pages pages, for nobody can say then what it holds.
  edge::task<std::expected<std::vector<live_stream>, edge::error>>
  find_live_streams_by_passthrough(std::string_view passthrough);

  // Done also where there is no such live stream (any more). Its recordings stay.
  edge::task<std::expected<void, edge::error>> delete_live_stream(std::string_view id);

private:
  struct call {
    std::string_view label; // for Server-Timing
    std::string_view step;  // for a person
    std::string_view method;
    std::string path;
    std::optional<std::string> body = std::nullopt;
    std::uint32_t limit = answer_limit;
  };

  edge::task<std::expected<std::string, edge::error>> send(const call& what);
  edge::task<std::expected<json::document, edge::error>> ask(const call& what);

  edge::host& host_;
  const settings& settings_;
  edge::timestamp deadline_;
};

} // namespace mux
