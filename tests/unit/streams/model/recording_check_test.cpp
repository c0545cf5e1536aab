// When a stream, live or over, is reported as not recorded.
#include "cloudflare/error_codes.h"
#include "streams/model/recording_check.h"
#include "support/catch.h"
#include "support/facts.h"

#include <chrono>
#include <string>

namespace {

using namespace std::chrono_literals;
using namespace streams;

const edge::timestamp begin{std::chrono::seconds{1'790'000'000}};

cloudflare::fact said(cloudflare::fact_kind kind, edge::timestamp at) {
  cloudflare::fact what{.event_id = "event", .kind = kind, .at = at, .live_input_id = "input"};
  if (kind <= cloudflare::fact_kind::video_failed) {
    what.video_id = "video";
  }
  return what;
}

// Live at Cloudflare since the beginning, from an encoder, without a backup.
stream_record live() {
  stream_record stream{.id = "stream",
                       .title = {},
                       .memorial_id = {},
                       .created_by = {},
                       .created_at = begin,
                       .method = streaming_method::obs,
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
  stream.desired.fold({.id = "checked", .kind = change_kind::recordings_checked, .at = at});
}

// The first broadcast has both recordings, the one a day later only this.
stream_record twice_broadcast(recording_source second) {
  stream_record stream = live();
  stream.mux = mux_side{.live_stream_id = "live", .playback_id = {}, .output_id = {}};
  auto record = [&](recording_source at, const std::string& id, edge::timestamp begun) {
    if (at == recording_source::cloudflare) {
      cloudflare::fact video = said(cloudflare::fact_kind::video_ready, begun + 10min);
      video.video_id = id;
      video.created = begun;
      video.duration = support::seconds(600);
      stream.broadcasts.fold(video);
    } else {
      stream.broadcasts.fold(mux::fact{.event_id = id,
                                       .kind = mux::fact_kind::asset_completed,
                                       .at = begun + 10min,
                                       .live_stream_id = "live",
                                       .asset_id = id,
                                       .is_live = false,
                                       .duration = support::seconds(600),
                                       .started_at = begun});
    }
  };
  stream.broadcasts.fold(said(cloudflare::fact_kind::input_disconnected, begin + 10min));
  record(recording_source::cloudflare, "video1", begin);
  record(recording_source::mux, "asset1", begin);
  stream.broadcasts.fold(said(cloudflare::fact_kind::input_connected, begin + 24h));
  stream.broadcasts.fold(said(cloudflare::fact_kind::input_disconnected, begin + 24h + 10min));
  record(second, "second", begin + 24h);
  return stream;
}

using sources = std::vector<recording_source>;

} // namespace

TEST_CASE("A live stream is not reported as unrecorded before the lists were read") {
  stream_record stream = live();
  CHECK(code(stream, begin + 2min).empty());
  check_lists(stream, begin - 1min);
  CHECK(code(stream, begin + 2min).empty());
  check_lists(stream, begin + 1min);
  CHECK(code(stream, begin + 2min) == "recording_not_started");
}

TEST_CASE("A new recording withdraws the warning") {
  stream_record stream = live();
  check_lists(stream, begin + 1min);
  stream.broadcasts.fold(said(cloudflare::fact_kind::video_live, begin + 90s));
  CHECK(code(stream, begin + 2min).empty());
}

TEST_CASE("With a backup, the warning names the provider without a recording") {
  stream_record stream = live();
  stream.mux = mux_side{.live_stream_id = "live", .playback_id = {}, .output_id = {}};
  check_lists(stream, begin + 1min);
  CHECK(recording_warning(stream, begin + 2min)->detail.contains("Cloudflare and Mux"));
  stream.broadcasts.fold(said(cloudflare::fact_kind::video_live, begin));
  CHECK(recording_warning(stream, begin + 2min)->detail.ends_with("at Mux."));
}

TEST_CASE("A recording that has not arrived two days after the broadcast is missing; one that has is not") {
  stream_record stream = live();
  stream.broadcasts.fold(said(cloudflare::fact_kind::input_disconnected, begin + 5min));
  CHECK(code(stream, begin + 47h).empty());
  CHECK(code(stream, begin + 49h) == "recording_missing");
  stream.broadcasts.fold(said(cloudflare::fact_kind::video_ready, begin + 6min));
  CHECK(code(stream, begin + 49h).empty());
}

TEST_CASE(
    "For the newest broadcast, each provider is checked separately, even if it recorded the previous one") {
  for (recording_source there : {recording_source::cloudflare, recording_source::mux}) {
    const stream_record stream = twice_broadcast(there);
    const bool mux_there = there == recording_source::mux;
    const recording_source other = mux_there ? recording_source::cloudflare : recording_source::mux;
    CHECK(awaits_recording(stream));
    CHECK(missing_recordings(stream, begin + 71h).empty());
    CHECK(missing_recordings(stream, begin + 73h) == sources{other});
    CHECK(recording_warning(stream, begin + 73h)->detail ==
          (mux_there ? "No recording came from Cloudflare." : "No recording came from Mux."));
    const auto all = broadcasts_in(stream.broadcasts);
    REQUIRE(all.size() == 2);
    CHECK(missing_recordings(stream, all[0], begin + 73h) == sources{other});
    CHECK(missing_recordings(stream, all[1], begin + 73h).empty());
    CHECK(all[0].preferred() == there);
    CHECK_FALSE(lost_broadcast(stream, begin + 73h));
  }
}

TEST_CASE("A recording of an earlier broadcast stays missing, whatever came since") {
  stream_record stream = twice_broadcast(recording_source::cloudflare);
  stream.broadcasts.fold(said(cloudflare::fact_kind::input_connected, begin + 100h));
  const auto all = broadcasts_in(stream.broadcasts);
  CHECK(missing_recordings(stream, begin + 101h).empty());
  CHECK(missing_recordings(stream, all[0], begin + 71h).empty());
  CHECK(missing_recordings(stream, all[0], begin + 101h) == sources{recording_source::mux});
}

TEST_CASE("A broadcast that left no recording anywhere is lost, and its start is known") {
  stream_record stream = live();
  stream.mux = mux_side{.live_stream_id = "live", .playback_id = {}, .output_id = {}};
  stream.broadcasts.fold(said(cloudflare::fact_kind::input_disconnected, begin + 5min));
  CHECK_FALSE(lost_broadcast(stream, begin + 47h));
  CHECK(lost_broadcast(stream, begin + 49h) == begin);
  CHECK(missing_recordings(stream, begin + 49h).size() == 2);
}

TEST_CASE("Mux is not missed if the backup was switched since, because the broadcast may not have been sent "
          "there") {
  stream_record stream = twice_broadcast(recording_source::cloudflare);
  stream.desired.fold({.id = "x", .kind = change_kind::simulcast_set, .at = begin + 25h, .simulcast = true});
  CHECK(missing_recordings(stream, begin + 80h).empty());
}

namespace {

mux::fact at_mux(mux::fact_kind kind, edge::timestamp at) {
  return {.event_id = "event", .kind = kind, .at = at, .live_stream_id = "live"};
}

stream_record live_with_backup() {
  stream_record stream = live();
  stream.mux = mux_side{.live_stream_id = "live", .playback_id = {}, .output_id = {}};
  return stream;
}

std::string feed(const stream_record& stream, edge::timestamp now) {
  auto told = feed_warning(stream, now);
  return told ? told->code : "";
}

} // namespace

TEST_CASE("A backup that is not fed is reported after 30 seconds of being live") {
  stream_record stream = live_with_backup();
  CHECK(feed(stream, begin + 29s).empty());
  CHECK(feed(stream, begin + 30s) == "backup_not_fed");
  CHECK(feed(live(), begin + 30s).empty());
  for (const auto kind : {mux::fact_kind::stream_connected, mux::fact_kind::stream_recording}) {
    stream_record fed = live_with_backup();
    fed.broadcasts.fold(at_mux(kind, begin + 2s));
    CHECK(feed(fed, begin + 2min).empty());
  }
}

TEST_CASE("A backup that was switched on during the broadcast has 30 seconds too") {
  stream_record stream = live_with_backup();
  stream.desired.fold(
      {.id = "on", .kind = change_kind::simulcast_set, .at = begin + 1min, .simulcast = true});
  CHECK(feed(stream, begin + 1min + 29s).empty());
  CHECK(feed(stream, begin + 1min + 30s) == "backup_not_fed");
  stream.desired.fold(
      {.id = "off", .kind = change_kind::simulcast_set, .at = begin + 2min, .simulcast = false});
  CHECK(feed(stream, begin + 5min).empty());
}

TEST_CASE("A connection that Mux has lost is reconnecting within its window, and not fed after it") {
  stream_record stream = live_with_backup();
  stream.broadcasts.fold(at_mux(mux::fact_kind::stream_active, begin + 10s));
  CHECK(feed(stream, begin + 5min).empty());
  stream.broadcasts.fold(at_mux(mux::fact_kind::stream_disconnected, begin + 5min));
  CHECK(feed(stream, begin + 5min + 1s) == "reconnecting");
  CHECK(feed(stream, begin + 5min + 59s) == "reconnecting");
  stream_record back = stream;
  back.broadcasts.fold(at_mux(mux::fact_kind::stream_connected, begin + 5min + 20s));
  CHECK(feed(back, begin + 5min + 30s).empty());
  // Also if the news of the end is lost.
  CHECK(feed(stream, begin + 6min + 1s) == "backup_not_fed");
  stream.broadcasts.fold(at_mux(mux::fact_kind::stream_idle, begin + 6min));
  CHECK(feed(stream, begin + 6min + 1s) == "backup_not_fed");
}

TEST_CASE("What a phone publishes to Cloudflare is awaited nowhere") {
  stream_record stream = live_with_backup();
  stream.method = streaming_method::whip_browser;
  CHECK(stream.recorded_at().empty());
  CHECK(feed(stream, begin + 5min).empty());
  check_lists(stream, begin + 1min);
  CHECK(code(stream, begin + 2min).empty());
  CHECK(plan_warning(stream)->code == "recording_unsupported");
  stream.method = streaming_method::obs;
  CHECK_FALSE(plan_warning(stream));
}

TEST_CASE("Every code of Cloudflare has a sentence, and a recording that failed has its reason") {
  for (const char* known :
       {"ERR_GOP_OUT_OF_RANGE", "ERR_UNSUPPORTED_VIDEO_CODEC", "ERR_UNSUPPORTED_AUDIO_CODEC",
        "ERR_STORAGE_QUOTA_EXHAUSTED", "ERR_MISSING_SUBSCRIPTION", "ERR_UNHEALTHY", "ERR_NEW"}) {
    stream_record stream = live();
    cloudflare::fact errored = said(cloudflare::fact_kind::input_errored, begin + 1s);
    errored.error_code = known;
    stream.broadcasts.fold(errored);
    const auto told = provider_warnings(stream);
    REQUIRE(told.size() == 1);
    CHECK(told.front().code == "ingest_error");
    CHECK(told.front().detail.ends_with(std::string{" ("} + known + ")."));
    CHECK(told.front().detail.contains("operator") == cloudflare::is_operators(known));
  }
  stream_record stream = live_with_backup();
  cloudflare::fact failed = said(cloudflare::fact_kind::video_failed, begin + 1min);
  failed.error_code = "ERR_MALFORMED_VIDEO";
  stream.broadcasts.fold(failed);
  mux::fact asset = at_mux(mux::fact_kind::asset_errored, begin + 1min);
  asset.asset_id = "asset";
  asset.error = "invalid_input";
  stream.broadcasts.fold(asset);
  auto told = provider_warnings(stream);
  REQUIRE(told.size() == 2);
  CHECK(told[0].code == "recording_failed");
  CHECK((told[0].source == "cloudflare" && told[1].source == "mux"));
  CHECK(told[0].detail.contains("ERR_MALFORMED_VIDEO"));
  CHECK(told[1].detail.contains("invalid_input"));
  CHECK(stream_record::from_text(stream.to_text())->broadcasts == stream.broadcasts);
}

TEST_CASE("A recording that Mux did not finish is told as such, also from the stored fact") {
  stream_record stream = live_with_backup();
  mux::fact asset = at_mux(mux::fact_kind::asset_errored, begin + 24h);
  asset.asset_id = "asset";
  asset.error = std::string{mux::not_finished};
  const auto stored = mux::fact::from_metadata(asset.to_metadata());
  REQUIRE(stored);
  stream.broadcasts.fold(*stored);
  const auto told = provider_warnings(stream);
  REQUIRE(told.size() == 1);
  CHECK(told.front().detail.contains("not finished within a day"));
}

TEST_CASE("A warning of Mux is told until the next broadcast there") {
  stream_record stream = live_with_backup();
  mux::fact warned = at_mux(mux::fact_kind::stream_warning, begin + 1min);
  warned.error = "custom_slate_unavailable";
  stream.broadcasts.fold(warned);
  const auto told = provider_warnings(stream);
  REQUIRE(told.size() == 1);
  CHECK(told.front().code == "mux_warning");
  CHECK(told.front().detail.contains("custom_slate_unavailable"));
  stream.broadcasts.fold(at_mux(mux::fact_kind::stream_active, begin + 2min));
  CHECK(provider_warnings(stream).empty());
}
