// streams::broadcasts_in: which recordings belong to one broadcast, and which is preferred.
#include "streams/model/broadcast.h"
#include "support/catch.h"
#include "support/facts.h"

#include <string>
#include <vector>

namespace {

using namespace support;
using enum mux::fact_kind;
using enum cloudflare::fact_kind;
using streams::broadcast;
using streams::broadcast_state;
using streams::broadcasts_in;
using streams::recording_source;

// A complete recording, and one that has only begun or has failed.
struct told {
  broadcast_state state;

  told& mux(const std::string& id, double begun, std::optional<double> duration) {
    state.fold(of_asset(asset_created, begun, id, {.playback = "p" + id}));
    if (duration) {
      state.fold(of_asset(asset_completed, begun + *duration, id, {.duration = duration}));
    }
    return *this;
  }
  told& cloudflare(const std::string& id, double begun, std::optional<double> duration) {
    state.fold(
        of_video(duration ? video_ready : video_live, begun + duration.value_or(0), id, begun, duration));
    return *this;
  }
  template <class Fact>
  told& also(const Fact& said) {
    state.fold(said);
    return *this;
  }
};

// Such as "c1 m1 | c2": the ids of each broadcast in order, newest broadcast first.
std::string shape(const told& of) {
  std::string text;
  for (const broadcast& each : broadcasts_in(of.state)) {
    if (!text.empty()) {
      text += " |";
    }
    for (const streams::recording& part : each.recordings) {
      text += (text.empty() ? "" : " ") + part.id;
    }
  }
  return text;
}

} // namespace

TEST_CASE("A stream without recordings has no broadcasts") { CHECK(shape(told{}).empty()); }

TEST_CASE("Simultaneous recordings of both sources are one broadcast, Cloudflare's first") {
  CHECK(shape(told{}.mux("m1", 1, 30).cloudflare("c1", 0, 31)) == "c1 m1");
}

TEST_CASE("One source alone is a broadcast, and the newest comes first") {
  CHECK(shape(told{}.mux("m1", 0, 30)) == "m1");
  CHECK(shape(told{}.cloudflare("c1", 0, 30)) == "c1");
  CHECK(shape(told{}.cloudflare("c1", 0, 30).mux("m1", 0, 30).mux("m2", 600, 30)) == "m2 | c1 m1");
  CHECK(shape(told{}.cloudflare("c1", 0, 30).cloudflare("c2", 90, 30)) == "c2 | c1");
}

TEST_CASE("Two recordings at Mux 24 s apart and one at Cloudflare are one broadcast with three recordings") {
  const told of = told{}.mux("m1", 1, 30).mux("m2", 55, 40).cloudflare("c1", 0, 96);
  CHECK(shape(of) == "c1 m1 m2");
  const broadcast only = broadcasts_in(of.state).front();
  CHECK(only.begun() == second(0));
  REQUIRE(only.best_of(recording_source::mux));
  CHECK(only.best_of(recording_source::mux)->id == "m2");
  CHECK(only.playable()->id == "c1");
}

TEST_CASE("A recording of unknown duration belongs to the broadcast in which it began, and to no later one") {
  CHECK(shape(told{}.mux("m1", 1, std::nullopt).cloudflare("c1", 0, 31)) == "c1 m1");
  CHECK(shape(told{}.mux("m1", 1, 30).cloudflare("c1", 2, std::nullopt)) == "m1 c1");
  CHECK(shape(told{}.mux("m1", 1, std::nullopt).cloudflare("c1", 0, 31).cloudflare("c2", 900, 10)) ==
        "c2 | c1 m1");
}

TEST_CASE("Recordings that miss each other by a clock difference are one broadcast") {
  CHECK(shape(told{}.mux("m1", 3, 2).cloudflare("c1", 0, 2)) == "c1 m1");
  CHECK(shape(told{}.mux("m1", 0, 2).cloudflare("c1", 5, 2)) == "c1 m1");
  CHECK(shape(told{}.mux("m1", 3, std::nullopt).cloudflare("c1", 0, std::nullopt)) == "c1 m1");
  CHECK(shape(told{}.mux("m1", 0, 2).cloudflare("c1", 7.5, 2)) == "c1 | m1");
}

TEST_CASE(
    "After a short break, a new recording does not join a broadcast that already has one of its source") {
  CHECK(shape(told{}.cloudflare("c1", 0, 10).mux("m1", 0, 10).mux("m2", 12, std::nullopt)) == "m2 | c1 m1");
  CHECK(shape(told{}.mux("m1", 0, 10).mux("m2", 12, 5)) == "m2 | m1");
}

TEST_CASE("Mux is preferred only if it can be played and Cloudflare cannot") {
  const auto failed_video = of_video(video_failed, 30, "c1", 0);
  const auto failed_asset = of_asset(asset_errored, 31, "m1");
  CHECK(shape(told{}.mux("m1", 1, 30).also(failed_video)) == "m1 c1");
  CHECK(shape(told{}.cloudflare("c1", 0, 30).mux("m1", 1, std::nullopt).also(failed_asset)) == "c1 m1");
  const told neither = told{}.mux("m1", 1, std::nullopt).also(failed_asset).also(failed_video);
  CHECK(shape(neither) == "c1 m1");
  CHECK_FALSE(broadcasts_in(neither.state).front().playable());
}

TEST_CASE("A complete recording with an unknown playback id is not played") {
  const told of = told{}.also(of_asset(asset_completed, 30, "m1", {.duration = 30}));
  CHECK(shape(of) == "m1");
  CHECK_FALSE(broadcasts_in(of.state).front().playable());
}

TEST_CASE("A deleted recording is hidden, but still joins two others into one broadcast") {
  const auto gone = of_asset(asset_deleted, 500, "m1");
  CHECK(shape(told{}.mux("m1", 0, 30).also(gone)).empty());
  CHECK(shape(told{}.mux("m1", 0, 200).cloudflare("c1", 0, 30).cloudflare("c2", 120, 80).also(gone)) ==
        "c1 c2");
}

TEST_CASE("A recording that its owner deleted stays deleted, whatever its provider says later") {
  told it;
  it.cloudflare("c1", 0, 60).mux("m1", 0, 60);
  const auto removed = [](bool is_done) {
    return streams::change::of(streams::removed_recording{.source = recording_source::cloudflare,
                                                          .recording_id = "c1",
                                                          .is_done = is_done},
                               second(100));
  };
  it.also(removed(false));
  CHECK(shape(it) == "m1");
  CHECK(it.state.find("c1")->is_being_removed());
  it.cloudflare("c1", 0, 200);
  CHECK(shape(it) == "m1");
  CHECK(broadcasts_in(it.state).front().removed_at == std::vector{recording_source::cloudflare});
  it.also(removed(true));
  CHECK_FALSE(it.state.find("c1")->is_being_removed());
  CHECK(shape(it) == "m1");
}

TEST_CASE("A clip that its owner deleted is no reason against another copy") {
  told it;
  it.cloudflare("c1", 0, 60).mux("m1", 0, 60);
  it.also(streams::change::of(
      streams::transfer{.to = recording_source::mux,
                        .origin = streams::recording_origin::clip,
                        .of = "part",
                        .state = streams::transfer_state::ready,
                        .id = "clip",
                        .begun = second(10),
                        .duration = std::chrono::seconds{20},
                        .playback = "pclip",
                        .part = streams::recording_part{.of = "m1", .from = std::chrono::seconds{10}}},
      second(100)));
  it.also(streams::change::of(
      streams::removed_recording{.source = recording_source::mux, .recording_id = "clip"}, second(200)));
  CHECK(broadcasts_in(it.state).front().removed_at.empty());
}

TEST_CASE("A deletion says nothing about a broadcast that began before it") {
  told it;
  it.state.fold(of_input(input_connected, 0));
  it.cloudflare("c1", 1, 60);
  it.state.fold(of_input(input_connected, 300));
  it.state.fold(of_input(input_disconnected, 310));
  const auto later = second(400);
  CHECK(it.state.awaits_recording(recording_source::cloudflare, later));
  it.also(streams::change::of(
      streams::removed_recording{.source = recording_source::cloudflare, .recording_id = "c1"}, later));
  CHECK(it.state.awaits_recording(recording_source::cloudflare, later));
}

TEST_CASE("A broadcast stays over when the recording that showed its end is deleted") {
  told it;
  it.state.fold(of_input(input_connected, 0));
  it.cloudflare("c1", 1, 60);
  const auto later = second(3600);
  CHECK(it.state.status(later) == streams::stream_status::completed);
  it.also(streams::change::of(
      streams::removed_recording{.source = recording_source::cloudflare, .recording_id = "c1"}, later));
  CHECK(it.state.status(later) == streams::stream_status::completed);
}
