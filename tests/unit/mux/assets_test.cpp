// mux::api: the recordings of live streams.
#include "json/reader.h"
#include "json/writer.h"
#include "mux/api.h"
#include "mux/reading.h"
#include "support/catch.h"
#include "support/scripted_host.h"
#include "support/times.h"
#include "unit/mux/client.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using edge::error_kind;
using edge::operation::fetch;
using mux_test::answered;
using mux_test::asked_by;
using mux_test::client;
using mux_test::is_rejected;
using mux_test::with;

constexpr std::string_view assets = "https://api.mux.com/video/v1/assets";

const std::string whole =
    R"({"id":"r01Asset","created_at":"1790000421","status":"ready",)"
    R"("progress":{"state":"completed","progress":100},"duration":3601.4667,"is_live":false,)"
    R"("live_stream_id":"Qk02n01b8","playback_ids":[{"id":"Bz9asset","policy":"signed"}],)"
    R"("recording_times":[{"started_at":"2026-09-21T14:20:00Z","duration":2,"type":"slate"},)"
    R"({"started_at":"2026-09-21T14:20:21.481Z","duration":3601.4667,"type":"content"}],)"
    R"("passthrough":"whip-mux:prod:st_1"})";

constexpr auto list = [](mux::api& api) { return api.list_assets_of_live_stream("Qk02n01b8"); };
constexpr auto remove_it = [](mux::api& api) { return api.delete_asset("r01Asset"); };

std::string answer(std::string_view asset) { return R"({"data":)" + std::string(asset) + "}"; }

mux::asset asset_of(std::string_view text) {
  INFO(text);
  const auto document = json::document::parse(text);
  REQUIRE(document);
  auto read = mux::asset_in(document->root());
  REQUIRE(read);
  return *std::move(read);
}

// A page of the assets from `first` up to, not including, `end`.
std::string page(int first, int end) {
  json::array all;
  for (int i = first; i < end; ++i) {
    all.add(json::object()
                .set("id", "asset" + std::to_string(i))
                .set("status", "ready")
                .set("live_stream_id", "Qk02n01b8"));
  }
  return json::object().set("data", std::move(all)).set("next_cursor", nullptr).dump();
}

// A number, because Catch2 would print a time with std::format and 128-bit arithmetic.
using support::microseconds;

} // namespace

TEST_CASE("An asset is read with its length, its playback id and when its first media arrived") {
  const mux::asset asset = asset_of(whole);
  CHECK(asset.id == "r01Asset");
  CHECK(asset.status == mux::asset_status::ready);
  CHECK_FALSE(asset.is_live);
  CHECK(asset.duration == edge::milliseconds{3601466});
  CHECK(asset.playback() ==
        mux::playback_id{.id = "Bz9asset", .policy = mux::playback_policy::signed_playback});
  CHECK(asset.started_at.transform(microseconds) == 1'790'000'421'481'000);
  CHECK(asset.created_at.transform(microseconds) == 1'790'000'421'000'000);
  CHECK(asset.live_stream_id == "Qk02n01b8");
  CHECK(asset.passthrough == "whip-mux:prod:st_1");
  CHECK_FALSE(asset.error);
}

TEST_CASE("An asset may be playable while it grows, and says so in one of two places") {
  CHECK(asset_of(with(whole, R"("is_live":false)", R"("is_live":true)")).is_live);
  const std::string unsaid = with(whole, R"("is_live":false,)", "");
  CHECK_FALSE(asset_of(unsaid).is_live);
  CHECK(asset_of(with(unsaid, R"("state":"completed")", R"("state":"live")")).is_live);
  CHECK_FALSE(asset_of(with(whole, R"("state":"completed")", R"("state":"live")")).is_live);
}

TEST_CASE("A failed asset returns the type of its error, never its messages") {
  const std::string failed = R"({"id":"r01Asset","status":"errored","errors":{"type":"invalid_input",)"
                             R"("messages":["Asset cannot be processed"]}})";
  CHECK(asset_of(failed).status == mux::asset_status::errored);
  CHECK(asset_of(failed).error == "invalid_input");
  CHECK_FALSE(asset_of(with(failed, "invalid_input", "see http://x")).error);
}

TEST_CASE("Missing or malformed fields of an asset are left out") {
  const mux::asset asset = asset_of(
      R"({"id":"r01Asset","status":"preparing","duration":-1,"playback_ids":[{"id":"../x","policy":"public"}],)"
      R"("recording_times":[{"started_at":"then"}],"created_at":"then","live_stream_id":null,)"
      R"("passthrough":"a b","errors":null})");
  CHECK(asset.status == mux::asset_status::preparing);
  CHECK_FALSE(asset.is_live);
  CHECK_FALSE(asset.duration);
  CHECK_FALSE(asset.playback());
  CHECK_FALSE(asset.started_at);
  CHECK_FALSE(asset.created_at);
  CHECK_FALSE(asset.live_stream_id);
  CHECK_FALSE(asset.passthrough);
  CHECK_FALSE(asset.error);
}

TEST_CASE("An invalid asset is refused") {
  for (const std::string& text :
       {std::string("null"), std::string("[]"), std::string("{}"),
        with(whole, R"("id":"r01Asset")", R"("id":"../x")"),
        with(whole, R"("status":"ready")", R"("status":7)"), with(whole, R"("status":"ready",)", "")}) {
    INFO(text);
    const auto document = json::document::parse(text);
    REQUIRE(document);
    CHECK_FALSE(mux::asset_in(document->root()));
  }
}

TEST_CASE("An asset with a status that Mux does not document yet is one that does not play") {
  const auto odd = asset_of(with(whole, R"("status":"ready")", R"("status":"archived")"));
  CHECK(odd.status == mux::asset_status::preparing);
}

TEST_CASE("Each error status maps to the same kind of error for assets") {
  const std::vector<std::pair<int, error_kind>> kinds = {{400, error_kind::rejected},
                                                         {401, error_kind::unauthorized},
                                                         {404, error_kind::not_found},
                                                         {429, error_kind::throttled},
                                                         {500, error_kind::unavailable}};
  for (const auto& [status, kind] : kinds) {
    INFO(status);
    CHECK(answered(status, "token-secret", list).error().kind == kind);
    CHECK(describe(answered(status, "token-secret", list).error()) == "list the Mux recordings");
  }
}

TEST_CASE("The recordings of a live stream are listed page by page, each once") {
  support::scripted_host world;
  world.answers(200, page(0, 100));
  world.answers(200, page(99, 102)); // the list moved by one in between
  const auto found = world.run(client(world).list_assets_of_live_stream("Qk02n01b8"));
  REQUIRE(found);
  REQUIRE(found->size() == 102);
  CHECK(found->back().id == "asset101");
  const auto asked = world.asked<fetch>();
  REQUIRE(asked.size() == 2);
  CHECK(asked.at(0).method == "GET");
  CHECK(asked.at(0).url == std::string(assets) + "?limit=100&page=1&live_stream_id=Qk02n01b8");
  CHECK(asked.at(1).url == std::string(assets) + "?limit=100&page=2&live_stream_id=Qk02n01b8");
  CHECK(asked.at(0).body_limit == mux::api::list_limit);
  CHECK(answered(200, R"({"data":[],"next_cursor":null})", list)->empty());
}

TEST_CASE("A list of assets with a malformed recording, or one of another live stream, is an error") {
  for (const std::string& body :
       {std::string(), std::string("<html>"), std::string(R"({"data":null})"), std::string(R"({"data":{}})"),
        std::string("{}"), std::string(R"({"data":[7]})"),
        answer("[" + with(whole, R"("id":"r01Asset")", R"("id":"a/b")") + "]"),
        answer("[" + with(whole, "Qk02n01b8", "other") + "]"),
        answer("[" + with(whole, R"("live_stream_id":"Qk02n01b8",)", "") + "]")}) {
    INFO(body);
    const auto found = answered(200, body, list);
    REQUIRE_FALSE(found);
    CHECK(found.error().kind == error_kind::malformed);
  }
}

TEST_CASE("An endless list of recordings is abandoned") {
  support::scripted_host world;
  for (std::size_t i = 0; i < mux::api::max_pages; ++i) {
    world.answers(200, page(0, 100));
  }
  const auto found = world.run(client(world).list_assets_of_live_stream("Qk02n01b8"));
  REQUIRE_FALSE(found);
  CHECK(found.error().kind == error_kind::too_large);
}

TEST_CASE("An asset is deleted, or found missing") {
  const fetch asked = asked_by(204, "", remove_it);
  CHECK(asked.method == "DELETE");
  CHECK(asked.url == std::string(assets) + "/r01Asset");
  CHECK(answered(404, R"({"error":{"type":"not_found","messages":[]}})", remove_it));
  CHECK(answered(400, "", remove_it).error().kind == error_kind::rejected);
  CHECK(answered(403, "", remove_it).error().kind == error_kind::unauthorized);
  CHECK(answered(500, "", remove_it).error().kind == error_kind::unavailable);
}

TEST_CASE("An MP4 of an asset is asked for; that there is one already is a success") {
  constexpr auto make_it = [](mux::api& api) { return api.make_mp4("r01Asset"); };
  const fetch asked = asked_by(201, R"({"data":{"status":"preparing","name":"highest.mp4"}})", make_it);
  CHECK(asked.method == "POST");
  CHECK(asked.url == std::string(assets) + "/r01Asset/static-renditions");
  CHECK(asked.body == R"({"resolution":"highest"})");
  CHECK(answered(400, R"({"error":{"type":"invalid_parameters","messages":[]}})", make_it));
  CHECK(answered(404, "", make_it).error().kind == error_kind::not_found);
  CHECK(answered(429, "", make_it).error().kind == error_kind::throttled);
  CHECK(answered(503, "", make_it).error().kind == error_kind::unavailable);
}

TEST_CASE("An asset says how far its MP4 is, and that of no other file") {
  const auto state_of = [](std::string_view files) {
    return asset_of(with(whole, R"("is_live":false)",
                         R"("is_live":false,"static_renditions":{"files":[)" + std::string(files) + "]}"))
        .mp4;
  };
  using enum mux::file_state;
  CHECK(asset_of(whole).mp4 == none);
  CHECK(state_of("") == none);
  CHECK(state_of(R"({"name":"audio.m4a","status":"ready"})") == none);
  CHECK(state_of(R"({"name":"audio.m4a","status":"ready"},{"name":"highest.mp4","status":"preparing"})") ==
        preparing);
  CHECK(state_of(R"({"name":"highest.mp4","status":"ready"})") == ready);
  CHECK(state_of(R"({"name":"highest.mp4","status":"errored"})") == errored);
  CHECK(state_of(R"({"name":"highest.mp4","status":"skipped"})") == errored);
  CHECK(state_of(R"({"name":"highest.mp4","status":"archived"})") == none);
}

TEST_CASE("Only the id of an asset gets into a URL of Mux") {
  for (const std::string_view id : {"", "..", "a/b", "a?b", "a&limit=1", "a b", "%2e", "a\n"}) {
    INFO(id);
    support::scripted_host world;
    CHECK(is_rejected(world.run(client(world).delete_asset(id))));
    CHECK(is_rejected(world.run(client(world).list_assets_of_live_stream(id))));
    CHECK(world.asked().empty());
  }
}

TEST_CASE("A recording gets another playback id with the policy, and loses the old one") {
  const auto add = [](mux::api& api) {
    return api.add_playback_id("r01Asset", mux::playback_policy::signed_playback);
  };
  const std::string created = answer(R"({"id":"Newer0","policy":"signed"})");
  const auto added = answered(201, created, add);
  REQUIRE(added);
  CHECK((*added == mux::playback_id{"Newer0", mux::playback_policy::signed_playback}));
  CHECK_FALSE(answered(201, answer(R"({"id":"Newer0","policy":"public"})"), add));
  CHECK_FALSE(answered(201, answer("{}"), add));
  const fetch asked = asked_by(201, created, add);
  CHECK(asked.method == "POST");
  CHECK(asked.url == std::string(assets) + "/r01Asset/playback-ids");
  CHECK(asked.body == R"({"policy":"signed"})");

  const auto drop = [](mux::api& api) { return api.remove_playback_id("r01Asset", "Bz9asset"); };
  CHECK(answered(204, "", drop));
  CHECK(answered(404, "", drop));
  CHECK_FALSE(answered(500, "", drop));
  const fetch dropped = asked_by(204, "", drop);
  CHECK(dropped.method == "DELETE");
  CHECK(dropped.url == std::string(assets) + "/r01Asset/playback-ids/Bz9asset");
}
