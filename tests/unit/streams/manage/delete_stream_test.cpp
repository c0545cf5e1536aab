// streams::delete_stream: what is deleted at each provider and in the store, in which order, and what stays
// after a failure.
#include "cloudflare/api.h"
#include "streams/manage/delete_stream.h"
#include "streams/store/keys.h"
#include "support/catch.h"
#include "support/facts.h"
#include "unit/streams/manage/managed.h"

#include <algorithm>
#include <string>

namespace deletion_test {

namespace {

using namespace manage_test;
using edge::operation::kv_remove;
using enum recording_source;

const std::string delete_input = "DELETE /live_inputs/input";
const std::string delete_live_stream = "DELETE /live-streams/live";
const std::string delete_record = "remove stream/" + id;

streams::delete_stream_result remove(managed& what) {
  return what.world.run(delete_stream(what.world.host(), what.with, what.stream, what.deadline()));
}

// That the recordings are to be deleted as well.
void asks_for_all(managed& what) {
  what.asks(streams::change_kind::deleted);
  what.asks(streams::change_kind::recordings_deleted);
}

texts ids_in(const streams::delete_stream_result& result, recording_source source) {
  texts ids;
  for (const streams::deleted_recording& each : result.recordings) {
    if (each.source == source) {
      ids.push_back(each.id);
    }
  }
  return ids;
}

bool comes_before(const texts& all, const std::string& one, const std::string& other) {
  const auto first = std::ranges::find(all, one);
  const auto second = std::ranges::find(all, other);
  REQUIRE(second != all.end());
  return first < second;
}

constexpr int keys_of_a_stream = 5;

} // namespace

TEST_CASE("A stream is deleted at both providers, then in the store: what leads to it, and the record last") {
  managed what;
  what.stream.memorial_id = "m1";
  what.asks(streams::change_kind::deleted);
  support::deletes(what);
  support::deletes(what, true);
  support::removes(what, keys_of_a_stream + 1);
  const auto result = remove(what);
  CHECK_FALSE(result.failure());
  CHECK(result.recordings.empty());
  CHECK(what.effects() == texts{delete_input, delete_live_stream, "remove credentials/" + id,
                                "remove by-memorial/m1/" + id, "remove by-input/input",
                                "remove " + streams::keys::by_user(what.stream), "remove intent/" + id,
                                delete_record});
}

TEST_CASE("Recordings that are to be deleted go after the broadcast has ended and before the live input") {
  managed what;
  asks_for_all(what);
  support::deletes(what);       // the live input is disabled
  support::deletes(what, true); // and the live stream
  support::lists_videos(what, {"video1", "video2"});
  support::lists_assets(what, {{.id = "asset1"}});
  for (const bool at_mux : {false, true, false, true, false}) {
    support::deletes(what, at_mux);
  }
  support::removes(what, keys_of_a_stream);
  const auto result = remove(what);
  CHECK_FALSE(result.failure());
  CHECK(ids_in(result, cloudflare) == texts{"video1", "video2"});
  CHECK(ids_in(result, mux) == texts{"asset1"});
  const texts all = what.calls();
  CHECK(texts(all.begin(), all.begin() + 4) ==
        texts{"POST /live_inputs/input/disable", "PUT /live-streams/live/disable", list_videos, list_assets});
  for (const char* each : {"DELETE /video1", "DELETE /video2"}) {
    CHECK(comes_before(all, each, delete_input));
  }
  CHECK(comes_before(all, "DELETE /assets/asset1", delete_live_stream));
}

TEST_CASE("Recordings that no list shows are deleted by what the facts say of them") {
  managed what;
  asks_for_all(what);
  what.has_made(cloudflare, "copy");
  what.has_made(cloudflare, "upload", streams::transfer_state::uploading);
  what.has_made(mux, "made");
  what.stream.broadcasts.fold(support::of_video(cloudflare::fact_kind::video_ready, 20, "video", 0, 10));
  what.stream.broadcasts.fold(support::of_asset(mux::fact_kind::asset_completed, 20, "asset"));
  for (int calls = 0; calls < 3; ++calls) {
    support::finds_nothing(what); // the live input is gone, and its list with it; so is the live stream
  }
  support::lists_assets(what, {});
  for (const bool at_mux : {false, true, false, true, false}) {
    support::deletes(what, at_mux);
  }
  support::finds_nothing(what);
  support::finds_nothing(what);
  support::removes(what, keys_of_a_stream);
  const auto result = remove(what);
  CHECK_FALSE(result.failure());
  CHECK(ids_in(result, cloudflare) == texts{"copy", "upload", "video"});
  CHECK(ids_in(result, mux) == texts{"asset", "made"});
  for (const char* each :
       {"DELETE /video", "DELETE /copy", "DELETE /upload", "DELETE /assets/asset", "DELETE /assets/made"}) {
    CHECK(std::ranges::contains(what.calls(), each));
  }
}

TEST_CASE("If the recordings are to stay, only those go that somebody had deleted before") {
  managed what;
  what.asks(streams::change_kind::deleted);
  what.has_made(cloudflare, "stays");
  what.asks_to_remove(cloudflare, "video");
  what.asks_to_remove(mux, "asset");
  support::deletes(what);
  support::deletes(what, true);
  support::deletes(what);
  support::deletes(what, true);
  support::removes(what, keys_of_a_stream);
  CHECK_FALSE(remove(what).failure());
  CHECK(what.calls() == texts{"DELETE /video", "DELETE /assets/asset", delete_input, delete_live_stream});
}

TEST_CASE("While a recording grows, its live input and the record stay, and Mux is done all the same") {
  managed what;
  asks_for_all(what);
  support::deletes(what);
  support::deletes(what, true);
  support::lists_videos(what, {"growing"});
  support::lists_assets(what, {});
  what.world.answers(409, R"({"success":false,"errors":[{"code":10046}]})");
  support::deletes(what, true);
  const auto result = remove(what);
  REQUIRE(result.cloudflare);
  CHECK(result.cloudflare->code == cloudflare::api::still_live);
  CHECK_FALSE(result.mux);
  CHECK(result.failure()->code == cloudflare::api::still_live);
  CHECK(what.calls().back() == delete_live_stream);
  CHECK(what.world.asked<kv_remove>().empty());
}

TEST_CASE("A failure at Mux keeps nothing at Cloudflare, and the record stays") {
  managed what;
  support::deletes(what);
  support::refuses(what);
  const auto result = remove(what);
  CHECK((result.mux && !result.cloudflare));
  CHECK(what.effects() == texts{delete_input, delete_live_stream});
}

TEST_CASE("A recording whose deletion had to be repeated is reported once") {
  managed what;
  what.stream.mux.reset();
  asks_for_all(what);
  for (const bool is_repeated : {false, true}) {
    support::deletes(what);
    support::lists_videos(what, {"video"});
    support::deletes(what);
    what.world.answers(is_repeated ? 200 : 503, R"({"success":true,"result":null,"errors":[]})");
  }
  support::removes(what, keys_of_a_stream);
  const auto result = remove(what);
  CHECK_FALSE(result.failure());
  CHECK(ids_in(result, cloudflare) == texts{"video"});
}

TEST_CASE("When the list of recordings cannot be read, nothing of the stream is deleted there") {
  managed what;
  what.stream.mux.reset();
  asks_for_all(what);
  support::deletes(what);
  support::refuses(what);
  CHECK(remove(what).cloudflare);
  CHECK(what.effects() == texts{"POST /live_inputs/input/disable"});
}

TEST_CASE("A record that could not be removed is reported, and the key that finds it stays") {
  managed what;
  support::deletes(what);
  support::deletes(what, true);
  support::fails<kv_remove>(what, edge::error_kind::rejected);
  support::removes(what);
  const auto result = remove(what);
  CHECK((result.store && !result.cloudflare && !result.mux));
  CHECK_FALSE(std::ranges::contains(what.effects(), delete_record));
  CHECK_FALSE(std::ranges::contains(what.effects(), "remove " + streams::keys::by_user(what.stream)));
}

TEST_CASE(
    "Without Mux in the settings a stream is deleted all the same, and the log says what stays at Mux") {
  managed what{support::api_settings()};
  support::deletes(what);
  support::removes(what, keys_of_a_stream);
  const auto result = remove(what);
  CHECK((result.left_at_mux && !result.failure()));
  REQUIRE(what.world.log().size() == 1);
  CHECK(what.world.log().front().contains("left at Mux"));
  CHECK(what.effects().back() == delete_record);
}

} // namespace deletion_test
