// streams::broadcast_state: the boundaries of what follows from the facts, to the millisecond.
#include "streams/model/broadcast_state.h"
#include "support/catch.h"
#include "support/facts.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace broadcast_status_test {

namespace {

using namespace std::chrono_literals;
using namespace support;
using enum mux::fact_kind;
using enum cloudflare::fact_kind;
using streams::recording_source;
using streams::recording_state;

streams::change stopped_at(double second) {
  return streams::change::only(streams::change_kind::stopped, support::second(second));
}

std::optional<edge::timestamp> since(const std::vector<any_fact>& facts, double now) {
  return state_of(facts).live_since(second(now));
}

std::string ingest_error(const std::vector<any_fact>& facts) {
  return std::string{state_of(facts).ingest_error().value_or("none")};
}

mux::fact warned_at(double at) {
  mux::fact said = of_live_stream(stream_warning, at);
  said.error = "high_latency";
  return said;
}

streams::change uploaded(streams::transfer_state state, const std::string& id) {
  return streams::change::of(streams::transfer{.to = recording_source::cloudflare,
                                               .origin = streams::recording_origin::phone,
                                               .of = "name",
                                               .state = state,
                                               .id = id,
                                               .begun = second(0),
                                               .duration = 100s},
                             second(40));
}

} // namespace

TEST_CASE(
    "Cloudflare tells of a session whose beginning and end its clock may show up to five seconds apart") {
  const auto disconnected = of_input(input_disconnected, 100);
  CHECK(since({of_input(input_connected, 0), session_begun(5), disconnected}, 101) == second(5));
  CHECK(since({of_input(input_connected, 0), session_begun(5.001), disconnected}, 101) == second(0));
  CHECK(status({session_begun(0), session_ended(0, "a", 10), of_input(input_connected, 15)}, 16) ==
        "completed");
  CHECK(status({session_begun(0), session_ended(0, "a", 10), of_input(input_connected, 15.001)}, 16) ==
        "live");
}

TEST_CASE("A stop ends the session that began before it or with it, and none that began later") {
  CHECK(status({session_begun(10), stopped_at(9.999)}, 20) == "live");
  CHECK(status({session_begun(10), stopped_at(10)}, 20) == "completed");
  CHECK(state_of({session_begun(10), stopped_at(12)}).newest_fact() == second(12));
}

TEST_CASE("A disconnect ends a session of which Cloudflare does not tell from its second minute on") {
  CHECK(status({session_begun(0), of_input(input_disconnected, 59.999)}, 61) == "live");
  CHECK(status({session_begun(0), of_input(input_disconnected, 60)}, 61) == "completed");
}

TEST_CASE("What Mux says ends a session that it received") {
  const auto ended_by = [](mux::fact_kind kind, double active) {
    return status({session_begun(10), of_live_stream(stream_active, active), of_live_stream(kind, 20)}, 21);
  };
  CHECK(ended_by(stream_idle, 5) == "completed");
  CHECK(ended_by(stream_idle, 4.999) == "live");
  CHECK(ended_by(stream_disabled, 10) == "completed");
  CHECK(ended_by(stream_disabled, 4.999) == "live");
}

TEST_CASE("Mux is not live with what it received up to five seconds after the phone ended it") {
  const auto after_end = [](double active) {
    return status({session_begun(0), session_ended(0, "a", 10), of_live_stream(stream_active, active)}, 16);
  };
  CHECK(after_end(15) == "completed");
  CHECK(after_end(15.001) == "live");
}

TEST_CASE(
    "A recording of the broadcast that ends with the connection or later ends it, and an upload does not") {
  const auto with_recording = [](double duration) {
    return status({of_input(input_connected, 30), of_video(video_ready, 31, "v", 0, duration)}, 32);
  };
  CHECK(with_recording(30) == "completed");
  CHECK(with_recording(29.999) == "live");
  CHECK(status({of_input(input_connected, 30), uploaded(streams::transfer_state::ready, "u")}, 50) == "live");
}

TEST_CASE("A recording at Mux that is over when the stream is active, or later, ends the broadcast there") {
  CHECK(status({of_live_stream(stream_active, 10), of_asset(asset_errored, 10, "a")}, 11) == "completed");
  CHECK(status({of_live_stream(stream_active, 10), of_asset(asset_errored, 9.999, "a")}, 11) == "live");
  const auto with_media = [](double duration) {
    return status(
        {of_live_stream(stream_active, 10), of_asset(asset_completed, 9, "a", {.duration = duration})}, 11);
  };
  CHECK(with_media(1) == "completed");
  CHECK(with_media(0.999) == "live");
}

TEST_CASE("Two minutes after the broadcast ended at Cloudflare it has ended at Mux too") {
  const std::vector<any_fact> facts{of_input(input_connected, 0), of_live_stream(stream_active, 10),
                                    of_input(input_disconnected, 100)};
  CHECK(status(facts, 219.999) == "live");
  CHECK(status(facts, 220) == "completed");
}

TEST_CASE("A connection, its loss and its error each say more than was known") {
  const auto before = state_of({of_input(input_connected, 0), of_input(input_errored, 10)});
  for (const auto& news : {of_input(input_connected, 1), of_input(input_disconnected, 5),
                           of_input(input_errored, 11), of_input(input_errored, 5, "ERR_GOP_OUT_OF_RANGE")}) {
    auto after = before;
    after.fold(news);
    CHECK(after.says_more_than(before));
  }
  CHECK_FALSE(before.says_more_than(before));
}

TEST_CASE("A recording, its end, its playback and its duration each say more than was known") {
  const auto says_more = [](const std::vector<any_fact>& before, const any_fact& news) {
    std::vector<any_fact> all = before;
    all.push_back(news);
    return state_of(all).says_more_than(state_of(before));
  };
  const auto created = of_asset(asset_created, 10, "a");
  const auto completed = of_asset(asset_completed, 20, "a");
  CHECK(says_more({}, created));
  CHECK(says_more({created}, completed));
  CHECK(says_more({completed}, of_asset(asset_completed, 21, "a", {.playback = "p"})));
  CHECK(says_more({completed}, of_asset(asset_completed, 21, "a", {.duration = 9.5})));
  CHECK(says_more({of_video(video_ready, 20, "v", 5)}, of_video(video_ready, 21, "v", 5, 9.5)));
  CHECK_FALSE(says_more({completed}, of_asset(asset_completed, 21, "a")));
  CHECK_FALSE(says_more({of_video(video_ready, 20, "v", 5, 9.5)}, of_video(video_ready, 21, "v", 5, 9.5)));
}

TEST_CASE(
    "A recording is awaited while one is processed, and else unless one was over since the broadcast began") {
  const auto awaited = [](const std::vector<any_fact>& facts, double now) {
    return state_of(facts).awaits_recording(recording_source::mux, second(now));
  };
  CHECK(awaited({of_asset(asset_created, 0, "a")}, 1000));
  CHECK_FALSE(awaited({of_live_stream(stream_active, 10.5), of_asset(asset_errored, 10, "a")}, 11));
  CHECK(awaited({of_live_stream(stream_active, 10.5), of_asset(asset_errored, 9.999, "a")}, 11));
}

TEST_CASE("An error of the input holds until a later connection, and its code for two minutes") {
  const auto coded = of_input(input_errored, 10, "ERR_GOP_OUT_OF_RANGE");
  CHECK(ingest_error({coded, of_input(input_connected, 10)}) == "ERR_GOP_OUT_OF_RANGE");
  CHECK(ingest_error({coded, of_input(input_connected, 10.001)}) == "none");
  CHECK(ingest_error({coded, of_input(input_errored, 130)}) == "ERR_GOP_OUT_OF_RANGE");
  CHECK(ingest_error({coded, of_input(input_errored, 130.001)}) == "unknown");
}

TEST_CASE("A warning of Mux holds until a later broadcast, and a lost encoder is awaited for a minute") {
  CHECK(state_of({warned_at(10), of_live_stream(stream_active, 10)}).mux_warning() == "high_latency");
  CHECK_FALSE(state_of({warned_at(10), of_live_stream(stream_active, 10.001)}).mux_warning());
  const auto lost = of_live_stream(stream_disconnected, 10);
  CHECK_FALSE(state_of({of_live_stream(stream_connected, 10), lost}).is_fed_at_mux());
  CHECK(state_of({of_live_stream(stream_connected, 10.001), lost}).is_fed_at_mux());
  CHECK(state_of({of_live_stream(stream_connected, 10), lost}).was_lost_at_mux());
  CHECK_FALSE(state_of({of_live_stream(stream_connected, 10.001), lost}).was_lost_at_mux());
  CHECK(state_of({lost}).reconnects_at_mux(second(69.999)));
  CHECK_FALSE(state_of({lost}).reconnects_at_mux(second(70)));
}

TEST_CASE("A recording began with its first media, and only one that is ready has a duration") {
  mux::fact created = of_asset(asset_created, 10, "a");
  created.started_at = second(5);
  CHECK(state_of({created}).find("a")->begun == second(5));
  CHECK_FALSE(state_of({of_video(video_live, 10, "v", 5, 3)}).find("v")->duration);
}

TEST_CASE("A recording that is gone, or was asked to go, is deleted") {
  const auto gone = state_of({of_video(video_ready, 10, "v", 5, 3), of_video(video_deleted, 20, "v", 5)});
  CHECK(gone.find("v")->state() == recording_state::deleted);
  const auto asked = state_of({streams::change::of(
      streams::removed_recording{.source = recording_source::mux, .recording_id = "a"}, second(20))});
  CHECK(asked.find("a")->end.value() == recording_state::deleted);
}

TEST_CASE("An upload is a recording once its provider has it, also of a state that was joined") {
  CHECK(state_of({uploaded(streams::transfer_state::begun, "")}).recordings().empty());
  CHECK(state_of({uploaded(streams::transfer_state::uploading, "u")}).recordings().empty());
  streams::broadcast_state joined;
  joined.join(state_of({uploaded(streams::transfer_state::processing, "u")}));
  CHECK(joined.recordings().size() == 1);
  CHECK(joined.transfers().all().size() == 1);
}

} // namespace broadcast_status_test
