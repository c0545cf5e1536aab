#include "streams/recording_check.h"

#include <algorithm>

namespace streams {

namespace {

// How far the clocks of the two providers may differ, and a recording's first media be from its encoder's
// coming.
constexpr std::chrono::seconds slack{5};

std::string names_of(const std::vector<recording_source>& sources) {
  if (sources.size() > 1) return "Cloudflare and Mux";
  return sources.front() == recording_source::mux ? "Mux" : "Cloudflare";
}

bool is_settled(const recording* newest) {
  return newest != nullptr && newest->state() != recording_state::processing;
}

std::vector<recording_source> awaited(const stream_record& stream) {
  auto sources = stream.recorded_at();
  std::erase_if(sources, [&](auto each) { return is_settled(stream.broadcasts.newest(each)); });
  return sources;
}

} // namespace

std::vector<recording_source> unrecorded(const stream_record& stream, edge::timestamp since) {
  auto sources = stream.recorded_at();
  for (const recording& each : stream.broadcasts.recordings())
    if (each.state() == recording_state::processing || each.begun + slack >= since)
      std::erase(sources, each.source);
  return sources;
}

bool awaits_recording(const stream_record& stream) { return !awaited(stream).empty(); }

bool recording_is_missing(const stream_record& stream, edge::timestamp now) {
  auto newest = stream.broadcasts.newest_fact();
  return newest && stream.broadcasts.status(now) == stream_status::completed && awaits_recording(stream) &&
         now >= *newest + recording_patience;
}

std::optional<warning> recording_warning(const stream_record& stream, edge::timestamp now) {
  if (recording_is_missing(stream, now))
    return warning{"recording_missing", "No recording came from " + names_of(awaited(stream)) + "."};
  auto since = stream.broadcasts.live_since(now);
  if (!since || !stream.asked.checked_since(*since)) return std::nullopt;
  auto sources = unrecorded(stream, *since);
  if (sources.empty()) return std::nullopt;
  return warning{"recording_not_started",
                 "The broadcast is live, and is not being recorded at " + names_of(sources) + "."};
}

} // namespace streams
