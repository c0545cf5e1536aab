// When a stream that is live, or over, is said not to be recorded.
#include "streams/recording_check.h"
#include "support/catch.h"

#include <chrono>

namespace {

using namespace std::chrono_literals;
using namespace streams;

const edge::timestamp begin{std::chrono::seconds{1'790'000'000}};

cloudflare::fact said(cloudflare::fact_kind kind, edge::timestamp at) {
  cloudflare::fact what{.event_id = "event", .kind = kind, .at = at, .live_input_id = "input"};
  if (kind <= cloudflare::fact_kind::video_failed) what.video_id = "video";
  return what;
}

// Live at Cloudflare since the beginning, without a backup.
stream_record live() {
  stream_record stream{.id = "stream",
                       .title = {},
                       .memorial_id = {},
                       .created_by = {},
                       .created_at = begin,
                       .cloudflare = cloudflare_side{},
                       .mux = {},
                       .sealed_credentials = {},
                       .warnings = {},
                       .broadcasts = {}};
  stream.broadcasts.fold(said(cloudflare::fact_kind::input_connected, begin));
  return stream;
}

std::string code(const stream_record& stream, edge::timestamp now) {
  auto told = recording_warning(stream, now);
  return told ? told->code : "";
}

void check_lists(stream_record& stream, edge::timestamp at) {
  stream.asked.fold({.id = "checked", .kind = change_kind::recordings_checked, .at = at});
}

} // namespace

TEST_CASE("A stream is not said to be unrecorded before the lists were looked at while it was live") {
  stream_record stream = live();
  CHECK(code(stream, begin + 2min).empty());
  check_lists(stream, begin - 1min);
  CHECK(code(stream, begin + 2min).empty());
  check_lists(stream, begin + 1min);
  CHECK(code(stream, begin + 2min) == "recording_not_started");
}

TEST_CASE("The recording that appears withdraws the warning") {
  stream_record stream = live();
  check_lists(stream, begin + 1min);
  stream.broadcasts.fold(said(cloudflare::fact_kind::video_live, begin + 90s));
  CHECK(code(stream, begin + 2min).empty());
}

TEST_CASE("With a backup the warning names whichever place has no recording") {
  stream_record stream = live();
  stream.mux = mux_side{.live_stream_id = "live", .playback_id = {}, .output_id = {}};
  check_lists(stream, begin + 1min);
  CHECK(recording_warning(stream, begin + 2min)->detail.contains("Cloudflare and Mux"));
  stream.broadcasts.fold(said(cloudflare::fact_kind::video_live, begin));
  CHECK(recording_warning(stream, begin + 2min)->detail.ends_with("at Mux."));
}

TEST_CASE("A recording that has not come two days after the broadcast is missing, and one that came is not") {
  stream_record stream = live();
  stream.broadcasts.fold(said(cloudflare::fact_kind::input_disconnected, begin + 5min));
  CHECK(code(stream, begin + 47h).empty());
  CHECK(code(stream, begin + 49h) == "recording_missing");
  stream.broadcasts.fold(said(cloudflare::fact_kind::video_ready, begin + 6min));
  CHECK(code(stream, begin + 49h).empty());
}
