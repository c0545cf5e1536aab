// streams::playback_of and the ladder: what a viewer is told before, during and after a broadcast.
#include "streams/watch/playback.h"
#include "support/catch.h"
#include "support/facts.h"

#include <string>

namespace {

using namespace support;
using enum mux::fact_kind;
using enum cloudflare::fact_kind;
using streams::live_addresses;
using streams::stream_record;

streams::playback_addresses addresses_of(const stream_record& stream) {
  return {stream.cloudflare, {.media = "https://stream.mux.com", .images = "https://image.mux.com"}};
}

struct stage {
  stream_record stream{.id = "id",
                       .title = "The service",
                       .memorial_id = std::nullopt,
                       .created_by = "somebody",
                       .created_at = second(-100),
                       .method = streams::streaming_method::obs,
                       .cloudflare =
                           streams::cloudflare_side{.live_input_id = "input", .customer_url = "https://c"},
                       .mux = streams::mux_side{.live_stream_id = "l", .playback_id = "p", .output_id = "o"},
                       .sealed_credentials = "",
                       .warnings = {},
                       .broadcasts = {}};

  template <class... Facts>
  explicit stage(const Facts&... facts) {
    (stream.broadcasts.fold(facts), ...);
  }
  stage& without_mux() {
    stream.mux.reset();
    return *this;
  }
  // Such as "live" or "completed, settled".
  [[nodiscard]] std::string at(double moment) const {
    const streams::playback now = playback_of(stream, second(moment));
    return std::string{name_of(now.status)} + (now.settled ? ", settled" : "");
  }
};

std::string kinds(const std::vector<streams::rung>& ladder) {
  std::string text;
  for (const streams::rung& each : ladder) {
    text.append(text.empty() ? "" : " ").append(name_of(each.kind)).append("@").append(name_of(each.source));
  }
  return text;
}

const auto connected = of_input(input_connected, 0);
const auto disconnected = of_input(input_disconnected, 100);
const auto active = of_live_stream(stream_active, 10);
const auto idle = of_live_stream(stream_idle, 101);
const auto begun_asset = of_asset(asset_created, 1, "m1", {.playback = "pm1"});
const auto whole_asset = of_asset(asset_completed, 101, "m1", {.duration = 99});
const auto failed_asset = of_asset(asset_errored, 101, "m1");
const auto whole_video = of_video(video_ready, 150, "c1", 0, 100);
const auto failed_video = of_video(video_failed, 150, "c1", 0);

} // namespace

TEST_CASE("Playback is ready, live, processing and completed, and settled once both have recorded") {
  CHECK(stage{}.at(0) == "ready");
  CHECK(stage{connected, active, begun_asset}.at(50) == "live");
  CHECK(stage{connected, active, begun_asset, disconnected, idle}.at(105) == "processing");
  CHECK(stage{connected, active, begun_asset, disconnected, idle, whole_asset}.at(110) == "completed");
  CHECK(stage{connected, active, begun_asset, disconnected, idle, whole_asset, whole_video}.at(160) ==
        "completed, settled");
}

TEST_CASE("One recording is enough for completed, and after a failed one the other is awaited") {
  CHECK(stage{connected, active, begun_asset, disconnected, idle, whole_video}.at(160) == "completed");
  CHECK(stage{connected, active, begun_asset, disconnected, idle, failed_video}.at(160) == "processing");
  CHECK(stage{connected, active, begun_asset, disconnected, idle, failed_asset, failed_video}.at(160) ==
        "completed, settled");
}

TEST_CASE("After a broadcast that no one recorded, the wait for the recording ends") {
  stage encoder{connected, disconnected};
  CHECK(encoder.at(160) == "processing");
  CHECK(encoder.at(400) == "completed, settled");
}

TEST_CASE("A stream that ended before it was live is completed, and nothing is awaited") {
  stage unused;
  CHECK(unused.at(9) == "ready");
  unused.stream.desired.fold(streams::change::only(streams::change_kind::ended, second(10)));
  CHECK(unused.at(11) == "completed, settled");
  CHECK(unused.stream.status(second(11)) == streams::stream_status::completed);
}

TEST_CASE("After a phone's broadcast to Cloudflare, no recording is awaited") {
  stage phone{connected, disconnected};
  phone.stream.method = streams::streaming_method::whip_browser;
  CHECK(phone.at(160) == "completed, settled");
}

TEST_CASE("The recording of a second broadcast is awaited although the first can be played") {
  stage alone{connected, disconnected, whole_video, of_input(input_connected, 300),
              of_input(input_disconnected, 350)};
  CHECK(alone.without_mux().at(411) == "processing");
  CHECK(playback_of(alone.stream, second(411)).recorded()->playable()->id == "c1");
  CHECK(stage{connected, active, begun_asset, whole_asset, whole_video, idle, disconnected,
              of_input(input_connected, 300), of_live_stream(stream_active, 310),
              of_asset(asset_created, 301, "m2", {.playback = "pm2"}), of_input(input_disconnected, 350),
              of_live_stream(stream_idle, 350)}
            .at(411) == "processing");
}

TEST_CASE("A broadcast without other facts plays by WHEP first") {
  stage of{connected};
  of.stream.method = streams::streaming_method::whip_browser;
  const auto live = live_addresses::of(of.stream, nullptr, addresses_of(of.stream), std::nullopt, second(5));
  CHECK(kinds(ladder_of(live)) == "whep@cloudflare hls@cloudflare dash@cloudflare iframe@cloudflare");
  CHECK(live.iframe == "https://c/input/iframe");
  CHECK_FALSE(live.poster);
}

const streams::recording grows{.source = streams::recording_source::cloudflare,
                               .id = "v",
                               .playback = {},
                               .duration = {},
                               .end = {},
                               .begun = second(0)};

TEST_CASE("A broadcast that Cloudflare records never plays by WHEP, and at the same addresses as before") {
  stage of{connected};
  of.stream.method = streams::streaming_method::whip_browser;
  const auto live = live_addresses::of(of.stream, &grows, addresses_of(of.stream), std::nullopt, second(5));
  CHECK(kinds(ladder_of(live)) == "hls@cloudflare dash@cloudflare iframe@cloudflare");
  CHECK(live.hls == "https://c/input/manifest/video.m3u8");
  CHECK(live.dash == "https://c/input/manifest/video.mpd");
  CHECK(live.poster == "https://c/v/thumbnails/thumbnail.jpg");
}

TEST_CASE("A broadcast that has reached Mux never plays by WHEP, and plays at Mux as well") {
  const stage of{connected, active};
  const auto live = live_addresses::of(of.stream, nullptr, addresses_of(of.stream), std::nullopt, second(15));
  CHECK(kinds(ladder_of(live)) == "hls@cloudflare hls@mux dash@cloudflare iframe@cloudflare");
  CHECK(live.mux_hls == "https://stream.mux.com/p.m3u8");
  CHECK(live.poster == "https://image.mux.com/p/thumbnail.jpg?latest=true");
}

TEST_CASE("The poster shows what is on air, if Mux receives it") {
  const stage of{connected, active};
  const auto live = live_addresses::of(of.stream, &grows, addresses_of(of.stream), std::nullopt, second(15));
  CHECK(live.poster == "https://image.mux.com/p/thumbnail.jpg?latest=true");
}

TEST_CASE(
    "A recorded broadcast plays from the preferred source, then the other, then in Cloudflare's player") {
  auto ladder = [](const stage& of) {
    return kinds(ladder_of(*playback_of(of.stream, second(200)).recorded(), addresses_of(of.stream)));
  };
  CHECK(ladder(stage{begun_asset, whole_asset, whole_video}) ==
        "recording@cloudflare recording@mux iframe@cloudflare");
  CHECK(ladder(stage{begun_asset, whole_asset, failed_video}) == "recording@mux");
  CHECK(ladder(stage{begun_asset, failed_asset, whole_video}) == "recording@cloudflare iframe@cloudflare");
}
