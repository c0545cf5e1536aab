// streams::apply_visibility: what is protected or opened at each provider, and that the way to watch a
// recording is stored before the old one goes.
#include "json/reader.h"
#include "streams/manage/set_visibility.h"
#include "support/catch.h"
#include "unit/streams/manage/managed.h"

#include <algorithm>
#include <chrono>
#include <string>

namespace visibility_test {

namespace {

using namespace manage_test;
using edge::operation::fetch;
using edge::operation::kv_put;
using enum recording_source;
using namespace std::chrono_literals;

const std::string protect_input = "PUT /live_inputs/input";
const std::string new_playback = "POST /assets/asset/playback-ids";
const std::string old_playback = "DELETE /assets/asset/playback-ids/playback";

edge::status apply(managed& what) {
  return what.world.run(apply_visibility(what.world.host(), what.with, what.stream, what.deadline()));
}

streams::change visibility_of(bool is_private, edge::timestamp at = now - 1min) {
  return {
      .id = "visibility", .kind = streams::change_kind::visibility_set, .at = at, .is_private = is_private};
}

struct hidden : managed {
  explicit hidden(const edge::environment& from = support::settings_with_mux()) : managed(from) {
    asks(visibility_of(true));
  }
};

void protects_input(managed& what, bool is_private = true) {
  support::answers(what, support::live_input("input", "tag", is_private));
}

void adds_playback(managed& what, const std::string& made = "new") {
  what.world.answers(
      201, json::object().set("data", json::object().set("id", made).set("policy", "signed")).dump());
}

json::document body_of(const managed& what, const std::string& call) {
  const texts calls = what.calls();
  const auto found = std::ranges::find(calls, call);
  REQUIRE(found != calls.end());
  auto body = json::document::parse(
      what.world.asked<fetch>().at(static_cast<std::size_t>(found - calls.begin())).body);
  REQUIRE(body);
  return *std::move(body);
}

// The place of the write of a fact whose key begins with that.
std::size_t place_of_fact(const texts& effects, const std::string& begin) {
  const auto found =
      std::ranges::find_if(effects, [&](const std::string& each) { return each.starts_with(fact + begin); });
  REQUIRE(found != effects.end());
  return static_cast<std::size_t>(found - effects.begin());
}

} // namespace

TEST_CASE("A stream with a live stream at Mux can be changed once it has ended") {
  const auto can_change = [](bool has_mux_side, bool has_ended, bool is_configured) {
    managed what{is_configured ? support::settings_with_mux() : support::api_settings()};
    if (!has_mux_side) {
      what.stream.mux.reset();
    }
    if (has_ended) {
      what.asks(streams::change_kind::ended);
    }
    return can_change_visibility(what.stream, what.with);
  };
  CHECK(can_change(false, false, true));
  CHECK(can_change(false, false, false));
  CHECK_FALSE(can_change(true, false, true));
  CHECK(can_change(true, true, true));
  CHECK_FALSE(can_change(true, true, false));
}

TEST_CASE("A stream that is still to get its backup at Mux keeps its visibility until it has ended") {
  managed what;
  what.stream.mux.reset();
  what.stream.warnings = {{.code = std::string{streams::backup_unavailable}, .detail = "No answer."}};
  CHECK_FALSE(can_change_visibility(what.stream, what.with));
  what.asks(streams::change_kind::ended);
  CHECK(can_change_visibility(what.stream, what.with));

  managed without_mux{support::api_settings()};
  without_mux.stream.mux.reset();
  without_mux.stream.warnings = what.stream.warnings;
  CHECK(can_change_visibility(without_mux.stream, without_mux.with));
}

TEST_CASE("A stream at Mux that becomes private hides its copy at Cloudflare, too") {
  hidden what{support::api_settings()};
  what.is_at_mux_alone();
  what.has_made(cloudflare, "copy");
  support::deletes(what);
  REQUIRE(apply(what));
  CHECK(what.calls() == texts{"POST /copy"});
  CHECK(body_of(what, "POST /copy").root()["requireSignedURLs"].boolean() == true);
}

TEST_CASE("The live input is protected before its recordings, and those that were made are protected too") {
  hidden what;
  what.stream.mux.reset();
  what.has_made(cloudflare, "copy");
  what.has_made(cloudflare, "lost", streams::transfer_state::gone);
  protects_input(what);
  support::lists_videos(what, {"video1", "video2"});
  for (int videos = 0; videos < 3; ++videos) {
    support::deletes(what);
  }
  CHECK(apply(what));
  CHECK(what.calls() == texts{protect_input, list_videos, "POST /video1", "POST /video2", "POST /copy"});
  CHECK(body_of(what, protect_input).root()["recording"]["requireSignedURLs"].boolean() == true);
  for (const char* each : {"POST /video1", "POST /video2", "POST /copy"}) {
    CHECK(body_of(what, each).root()["requireSignedURLs"].boolean() == true);
  }
}

TEST_CASE("A stream that was private is opened, and one that has ended stays disabled") {
  hidden what;
  what.stream.mux.reset();
  what.asks(visibility_of(false, now));
  what.asks(streams::change_kind::ended);
  protects_input(what, false);
  support::lists_videos(what, {"video"});
  support::deletes(what);
  CHECK(apply(what));
  CHECK(body_of(what, protect_input).root()["recording"]["requireSignedURLs"].boolean() == false);
  CHECK(body_of(what, protect_input).root()["enabled"].boolean() == false);
  CHECK(body_of(what, "POST /video").root()["requireSignedURLs"].boolean() == false);
}

TEST_CASE("A change before the end leaves the live input enabled") {
  hidden what;
  what.stream.mux.reset();
  protects_input(what);
  support::lists_videos(what, {});
  CHECK(apply(what));
  CHECK(body_of(what, protect_input).root()["enabled"].boolean() == true);
}

TEST_CASE("When Cloudflare says yes and does not protect, it is asked again, and nothing counts as done") {
  hidden what;
  for (int tries = 0; tries < 4; ++tries) {
    protects_input(what, false);
  }
  const edge::status applied = apply(what);
  CHECK((!applied && applied.error().kind == edge::error_kind::malformed));
  CHECK(what.calls() == texts(4, protect_input));
}

TEST_CASE("The recordings of a live input that is gone are protected all the same") {
  hidden what;
  what.stream.mux.reset();
  support::finds_nothing(what);
  support::lists_videos(what, {"video"});
  support::deletes(what);
  CHECK(apply(what));
  CHECK(what.calls() == texts{protect_input, list_videos, "POST /video"});
}

TEST_CASE("A recording at Mux gets its new playback id, then that is stored, and then the old one goes") {
  hidden what;
  what.is_at_mux_alone();
  support::lists_assets(what, {{.id = "asset"}, {.id = "done", .is_private = true}});
  adds_playback(what);
  support::writes(what);
  support::deletes(what, true);
  CHECK(apply(what));
  const texts effects = what.effects();
  REQUIRE(effects.size() == 3);
  CHECK((effects.front() == new_playback && effects.back() == old_playback));
  CHECK(place_of_fact(effects, "mux-policy-") == 1);
  CHECK(body_of(what, new_playback).root()["policy"].text() == "signed");
  const auto* const recording = what.stream.broadcasts.find("asset");
  REQUIRE(recording != nullptr);
  CHECK(recording->playback.value() == "new");
}

TEST_CASE(
    "A change that was cut off goes on with the playback id that it made, wherever Mux lists the old one") {
  const auto [listed, makes_private] = GENERATE(table<support::listed_asset, bool>(
      {{{.id = "asset", .playback = "playback", .other = "new"}, true},
       {{.id = "asset", .playback = "new", .is_private = true, .other = "playback"}, true},
       {{.id = "asset", .playback = "playback", .is_private = true, .other = "new"}, false}}));
  managed what;
  what.asks(visibility_of(makes_private));
  what.is_at_mux_alone();
  support::lists_assets(what, {listed});
  support::writes(what);
  support::deletes(what, true);
  CHECK(apply(what));
  const texts effects = what.effects();
  REQUIRE(effects.size() == 2);
  CHECK(place_of_fact(effects, "mux-policy-") == 0);
  CHECK(effects.back() == old_playback);
  const auto* const recording = what.stream.broadcasts.find("asset");
  REQUIRE(recording != nullptr);
  CHECK(recording->playback.value() == "new");
}

TEST_CASE("Until the new playback id is stored, the old one stays") {
  hidden what;
  what.is_at_mux_alone();
  support::lists_assets(what, {{.id = "asset"}});
  adds_playback(what);
  support::fails<kv_put>(what, edge::error_kind::rejected);
  CHECK_FALSE(apply(what));
  CHECK_FALSE(std::ranges::contains(what.calls(), old_playback));
  CHECK(what.stream.broadcasts.find("asset") == nullptr);
}

TEST_CASE("A copy at Mux belongs to no live stream: its own transfer says where it plays") {
  hidden what;
  what.stream.mux.reset();
  what.stream.cloudflare.reset();
  what.has_made(mux, "asset");
  what.has_made(mux, "missing");
  what.has_made(mux, "lost", streams::transfer_state::gone);
  support::answers_asset(what, {.id = "asset"});
  adds_playback(what);
  support::writes(what);
  support::deletes(what, true);
  support::finds_nothing(what);
  CHECK(apply(what));
  const texts effects = what.effects();
  CHECK((effects.front() == new_playback && effects.back() == old_playback));
  const streams::transfer copy{.to = mux, .of = "source-of-asset"};
  CHECK(place_of_fact(effects, streams::change::of(copy, now).id) == 1);
  const auto* const made = what.stream.broadcasts.transfers().find(mux, "source-of-asset");
  REQUIRE(made != nullptr);
  CHECK(made->value().playback == "new");
  CHECK(effects.size() == 3);
}

TEST_CASE("Without Mux in the settings the stream is protected at Cloudflare alone") {
  hidden what{support::api_settings()};
  protects_input(what);
  support::lists_videos(what, {});
  CHECK(apply(what));
  CHECK(what.calls() == texts{protect_input, list_videos});
}

} // namespace visibility_test
