// streams::broadcast_state: the state after given facts from the providers, including surprises that
// published webhooks showed.
#include "streams/model/broadcast_state.h"
#include "support/catch.h"
#include "support/facts.h"

#include <string>
#include <variant>
#include <vector>

namespace {

using namespace support;
using namespace mux;
using enum mux::fact_kind;
using enum cloudflare::fact_kind;
using streams::broadcast_state;
using streams::recording_source;
using streams::recording_state;

} // namespace

TEST_CASE("A stream without facts is ready") { CHECK(status({}, 0) == "ready"); }

TEST_CASE("At Mux, a stream is live from active to idle, and neither connected nor recording makes it live") {
  std::vector<any_fact> facts{of_live_stream(stream_connected, 0)};
  CHECK(status(facts, 1) == "ready");
  facts.emplace_back(of_live_stream(stream_recording, 4));
  CHECK(status(facts, 5) == "ready");
  facts.emplace_back(of_live_stream(stream_active, 12));
  CHECK(status(facts, 13) == "live");
  facts.emplace_back(of_live_stream(stream_disconnected, 60));
  CHECK(status(facts, 61) == "live");
  facts.emplace_back(of_live_stream(stream_idle, 61));
  CHECK(status(facts, 62) == "completed");
}

TEST_CASE("Where only Mux reports, a recording that has begun does not make the stream completed") {
  CHECK(status({of_asset(asset_created, 0, "first")}, 1) == "ready");
  CHECK(status({of_asset(asset_created, 0, "first"), of_live_stream(stream_active, 10)}, 11) == "live");
  CHECK(status({of_asset(asset_created, 0, "first"), of_asset(asset_errored, 3, "first")}, 4) == "completed");
  CHECK(status({of_live_stream(stream_active, 0), of_live_stream(stream_idle, 30),
                of_asset(asset_created, 90, "second")},
               91) == "completed");
}

TEST_CASE("Recording after active keeps the stream live, and disconnected after idle does not revive it") {
  CHECK(status({of_live_stream(stream_active, 10), of_live_stream(stream_recording, 11)}, 20) == "live");
  CHECK(status({of_live_stream(stream_active, 10), of_live_stream(stream_idle, 20),
                of_live_stream(stream_disconnected, 21)},
               22) == "completed");
}

TEST_CASE("If active and idle share a second, the broadcast has ended") {
  CHECK(status({of_live_stream(stream_active, 10), of_live_stream(stream_idle, 10)}, 20) == "completed");
  CHECK(status({of_live_stream(stream_idle, 10), of_live_stream(stream_active, 10)}, 20) == "completed");
}

TEST_CASE("The end of the broadcast before is not the end of one whose end was lost") {
  const broadcast_state known =
      state_of({of_live_stream(stream_active, 0), of_live_stream(stream_idle, 30),
                of_live_stream(stream_active, 100), of_asset(asset_completed, 160, "second")});
  CHECK(known.ended_at(second(200)) == second(160));
}

TEST_CASE("A second broadcast 24 s after the first is live, and ends with its own idle") {
  std::vector<any_fact> facts{of_live_stream(stream_active, 0), of_live_stream(stream_idle, 30),
                              of_live_stream(stream_active, 54)};
  CHECK(status(facts, 60) == "live");
  facts.emplace_back(of_live_stream(stream_idle, 90));
  CHECK(status(facts, 91) == "completed");
}

TEST_CASE("Two broadcasts of one stream are two recordings") {
  const broadcast_state state = state_of({of_asset(asset_created, 0, "first", {.playback = "p1"}),
                                          of_asset(asset_completed, 30, "first", {.duration = 30}),
                                          of_asset(asset_created, 54, "second", {.playback = "p2"}),
                                          of_asset(asset_completed, 90, "second", {.duration = 36})});
  CHECK(state.recordings().size() == 2);
  REQUIRE(state.newest_ready(recording_source::mux));
  CHECK(state.newest_ready(recording_source::mux)->id == "second");
  CHECK(state.recordings().front().duration.value() == support::seconds(30));
}

TEST_CASE("A recording is ready when it is complete, with the playback id that came before") {
  const broadcast_state state = state_of({of_asset(asset_created, 0, "a", {.playback = "p"}),
                                          of_asset(asset_completed, 30, "a", {.duration = 14.043})});
  const streams::recording* ready = state.newest_ready(recording_source::mux);
  REQUIRE(ready);
  CHECK(ready->playback.value() == "p");
  CHECK(ready->duration.value() == support::seconds(14.043));
}

TEST_CASE("An asset that is ready during the broadcast is not a complete recording") {
  for (std::optional<bool> live : {std::optional{true}, std::optional<bool>{}}) {
    const broadcast_state state =
        state_of({of_asset(asset_ready, 11, "a", {.playback = "p", .is_live = live, .duration = 10.043})});
    CHECK_FALSE(state.newest_ready(recording_source::mux));
    REQUIRE(state.newest(recording_source::mux));
    CHECK(state.newest(recording_source::mux)->state() == recording_state::processing);
    CHECK_FALSE(state.newest(recording_source::mux)->duration.known());
  }
  CHECK(state_of({of_asset(asset_ready, 40, "a", {.is_live = false, .duration = 30})})
            .newest_ready(recording_source::mux));
}

TEST_CASE("A failed or deleted recording cannot be played") {
  const any_fact whole = of_asset(asset_completed, 30, "a", {.duration = 30});
  CHECK_FALSE(state_of({whole, of_asset(asset_deleted, 40, "a")}).newest_ready(recording_source::mux));
  CHECK_FALSE(state_of({of_asset(asset_errored, 30, "a")}).newest_ready(recording_source::mux));
  CHECK_FALSE(state_of({of_video(video_failed, 30, "v", 0)}).newest_ready(recording_source::cloudflare));
}

TEST_CASE("At Cloudflare, a stream is live from connected until the encoder has been gone for the reconnect "
          "window") {
  std::vector<any_fact> facts{of_input(input_connected, 0)};
  CHECK(status(facts, 1) == "live");
  CHECK(status(facts, 36'000) == "live");
  facts.emplace_back(of_input(input_disconnected, 100));
  CHECK(status(facts, 159) == "live");
  CHECK(status(facts, 160) == "completed");
  facts.emplace_back(of_input(input_connected, 130));
  CHECK(status(facts, 161) == "live");
}

TEST_CASE("A connection and a disconnection in the same second are an end") {
  const std::vector<any_fact> facts{of_input(input_connected, 10), of_input(input_disconnected, 10)};
  CHECK(status(facts, 69) == "live");
  CHECK(status(facts, 70) == "completed");
}

TEST_CASE("Cloudflare's complete recording ends the broadcast even if its disconnection was lost") {
  const std::vector<any_fact> facts{of_input(input_connected, 0), of_video(video_ready, 120, "v", 1, 80)};
  CHECK(status(facts, 121) == "completed");
}

TEST_CASE("A recording of an earlier broadcast does not end this one") {
  const std::vector<any_fact> facts{of_input(input_connected, 0), of_input(input_disconnected, 100),
                                    of_video(video_ready, 180, "v", 1, 99), of_input(input_connected, 200)};
  CHECK(status(facts, 201) == "live");
}

TEST_CASE("Idle at Mux ends a broadcast whose encoder has left Cloudflare") {
  std::vector<any_fact> facts{of_input(input_connected, 0), of_live_stream(stream_active, 15),
                              of_input(input_disconnected, 100), of_live_stream(stream_idle, 103)};
  CHECK(status(facts, 104) == "completed");
  // The two providers' clocks may differ by seconds.
  facts.back() = of_live_stream(stream_idle, 97);
  CHECK(status(facts, 104) == "completed");
  facts.back() = of_live_stream(stream_idle, 50);
  CHECK(status(facts, 104) == "live");
}

TEST_CASE("A broadcast whose idle was lost ends with its source") {
  const std::vector<any_fact> facts{of_input(input_connected, 0), of_live_stream(stream_active, 15),
                                    of_input(input_disconnected, 100)};
  CHECK(status(facts, 219) == "live");
  CHECK(status(facts, 221) == "completed");
}

TEST_CASE("A complete recording ends the broadcast at Mux, even though it omits the encoder's absences") {
  std::vector<any_fact> facts{of_asset(asset_created, 0, "first", {}), of_live_stream(stream_active, 15),
                              of_live_stream(stream_active, 100),
                              of_asset(asset_completed, 300, "first", {.duration = 90})};
  CHECK(status(facts, 301) == "completed");
  facts.emplace_back(of_asset(asset_created, 305, "second", {}));
  facts.emplace_back(of_live_stream(stream_active, 320));
  CHECK(status(facts, 321) == "live");
}

TEST_CASE("A disabled or deleted live stream is not live") {
  for (mux::fact_kind kind : {stream_disabled, stream_deleted}) {
    CHECK(status({of_live_stream(stream_active, 10), of_live_stream(kind, 20)}, 21) == "completed");
  }
}

TEST_CASE("An ingest error lasts until the encoder reconnects") {
  std::vector<any_fact> facts{of_input(input_connected, 0),
                              of_input(input_errored, 10, "ERR_GOP_OUT_OF_RANGE")};
  CHECK(state_of(facts).ingest_error() == "ERR_GOP_OUT_OF_RANGE");
  facts.emplace_back(of_input(input_connected, 30));
  CHECK_FALSE(state_of(facts).ingest_error());
  facts.emplace_back(of_input(input_errored, 40));
  CHECK(state_of(facts).ingest_error() == "unknown");
}

TEST_CASE("An encoder's error that the API tells without its code keeps the code of the notification") {
  const std::vector<any_fact> facts{of_input(input_connected, 0),
                                    of_input(input_errored, 10, "ERR_GOP_OUT_OF_RANGE"),
                                    of_input(input_errored, 11)};
  CHECK(state_of(facts).ingest_error() == "ERR_GOP_OUT_OF_RANGE");
  const std::vector<any_fact> backwards{facts[2], facts[1], facts[0]};
  CHECK(state_of(backwards).ingest_error() == "ERR_GOP_OUT_OF_RANGE");
  CHECK(state_of({of_input(input_errored, 10, "ERR_GOP_OUT_OF_RANGE"), of_input(input_errored, 200)})
            .ingest_error() == "unknown");
}

TEST_CASE("A broadcast whose encoder Cloudflare cannot use ends unless the encoder connects again in time") {
  std::vector<any_fact> facts{of_input(input_connected, 0), of_input(input_errored, 10)};
  CHECK(status(facts, 60) == "live");
  CHECK(status(facts, 75) == "completed");
  facts.emplace_back(of_input(input_connected, 70));
  CHECK(status(facts, 200) == "live");
}

TEST_CASE("A broadcast that is active at Mux stays live even if Cloudflare's fact was lost") {
  const std::vector<any_fact> facts{of_input(input_connected, 0), of_live_stream(stream_active, 15),
                                    of_input(input_disconnected, 100), of_live_stream(stream_idle, 103),
                                    of_live_stream(stream_active, 1000)};
  CHECK(status(facts, 1100) == "live");
  CHECK(status(facts, 1500) == "live");
}
