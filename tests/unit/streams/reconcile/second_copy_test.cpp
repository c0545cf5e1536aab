// streams::advance_transfers: the steps of a copy in either direction, in which order they are stored, and
// what happens to copies that nobody wants any more.
#include "json/reader.h"
#include "streams/reconcile/second_copy.h"
#include "support/catch.h"
#include "unit/streams/reconcile/run.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace copies_test {

namespace {

using namespace reconcile_test;
using namespace std::chrono_literals;
using enum streams::recording_source;
using streams::change;
using streams::recording_source;
using streams::stream_record;
using streams::transfer;
using streams::transfer_state;
using support::calls_of;
using support::effects_of;
using support::reads;
using texts = std::vector<std::string>;

const std::string id = stream_id(1);
const std::string save = "put stream/" + id;
const std::string find_videos = "GET ?asc=true&limit=1000&creator=" + streams::creator_of(id);
const std::string find_assets = "GET /assets?limit=100&page=1";
const std::string file_url = "https://master.mux.com/file.mp4";
const std::string download_url = "https://customer-1.cloudflarestream.com/source/downloads/default.mp4";

// A copy of the recording "source" that was intended an hour ago.
transfer copy_to(recording_source where, transfer_state state = transfer_state::begun,
                 const std::string& made = {}) {
  return {.to = where, .of = "source", .state = state, .id = made, .duration = 30min, .until = now - 1h};
}

std::string fact_of(const transfer& what) { return "put fact/stream/" + id + '/' + change::of(what, now).id; }

stream_record stream_with(const transfer& what, edge::timestamp since = now - 1h) {
  stream_record stream = stream_at(id);
  stream.broadcasts.fold(change::of(what, since));
  return stream;
}

void saves(run& to) {
  support::writes(to.world);
  reads(to.world, {"", "index"});
}

stream_record advance(run& what, stream_record stream) {
  std::vector streams{std::move(stream)};
  what.world.run(advance_transfers(what.round, what.memory, streams));
  return streams.front();
}

// What is known of the copy after one step. Its facts hold nothing that the record lacks.
transfer step(run& what, const transfer& before, edge::timestamp since = now - 1h) {
  support::lists(what.world);
  support::writes(what.world);
  saves(what);
  const stream_record after = advance(what, stream_with(before, since));
  const auto* const known = after.broadcasts.transfers().find(before.to, before.of);
  REQUIRE(known != nullptr);
  return known->value();
}

struct listed_copy {
  std::string id;
  std::string state = "inprogress";
  std::string of = "source";
  bool shows_source = false;
};

json::object video(const listed_copy& what) {
  json::object meta;
  meta.set("madeOf", what.of);
  if (what.shows_source) {
    meta.set("downloaded-from", file_url);
  }
  return json::object()
      .set("uid", what.id)
      .set("creator", streams::creator_of(id))
      .set("status", json::object().set("state", what.state))
      .set("modified", edge::format_timestamp(now))
      .set("meta", std::move(meta));
}

void lists_copies(run& to, const std::vector<listed_copy>& all) {
  json::array videos;
  for (const listed_copy& each : all) {
    videos.add(video(each));
  }
  answers_list(to, std::move(videos));
}

json::object asset(const std::string& with_id, const std::string& status = "ready") {
  return json::object()
      .set("id", with_id)
      .set("status", status)
      .set("passthrough", streams::copy_passthrough(id, "source"))
      .set("playback_ids", json::array().add(json::object().set("id", "p").set("policy", "public")));
}

void lists_copied_assets(run& to, const std::vector<std::string>& ids) {
  json::array data;
  for (const std::string& each : ids) {
    data.add(asset(each));
  }
  to.world.answers(200, json::object().set("data", std::move(data)).dump());
}

void answers_source(run& to, const std::string& master) {
  json::object file;
  file.set("status", master).set("url", file_url);
  to.world.answers(200, json::object().set("data", asset("source").set("master", std::move(file))).dump());
}

void answers_download(run& to, const std::string& status) {
  support::answers(
      to.world,
      json::object().set(
          "default",
          json::object().set("status", status).set("url", download_url).set("percentComplete", 100)));
}

} // namespace

TEST_CASE("The intent to copy is stored before the first call") {
  stream_record stream = stream_at(id, "input", "live");
  const auto says = [&](mux::fact_kind kind, std::chrono::minutes after) {
    stream.broadcasts.fold(
        mux::fact{.event_id = "e" + std::string{name_of(kind)},
                  .kind = kind,
                  .at = now - 72h + after,
                  .live_stream_id = "live",
                  .asset_id = is_about_asset(kind) ? std::optional{"source"} : std::nullopt,
                  .playback = mux::playback_id{"p", mux::playback_policy::public_playback},
                  .duration = 30min});
  };
  says(mux::fact_kind::stream_active, 0min);
  says(mux::fact_kind::asset_ready, 0min);
  says(mux::fact_kind::stream_idle, 30min);
  says(mux::fact_kind::asset_completed, 30min);
  run what;
  support::lists(what.world);
  support::writes(what.world);
  lists_copies(what, {});
  answers_source(what, "none");
  what.world.answers(200, json::object().set("data", asset("source")).dump());
  saves(what);
  (void)advance(what, stream);
  CHECK(effects_of(what.world) ==
        texts{fact_of(copy_to(cloudflare)), "PUT /assets/source/master-access", save});
  CHECK(calls_of(what.world).front() == find_videos);
  CHECK(what.round.counts().copies_advanced == 1);
}

TEST_CASE("Cloudflare copies Mux's file: its id is stored before the video's meta is hidden") {
  run what;
  lists_copies(what, {{.id = "other", .of = "another"}});
  answers_source(what, "ready");
  support::answers(what.world, json::object().set("uid", "made"));
  deletes(what);
  const transfer after = step(what, copy_to(cloudflare));
  CHECK((after.id == "made" && after.state == transfer_state::processing));
  CHECK(effects_of(what.world) == texts{"POST /copy", fact_of(after), "POST /made", save});
  const auto asked = json::document::parse(what.world.asked<edge::operation::fetch>().at(2).body);
  REQUIRE(asked);
  CHECK(asked->root()["input"].text() == file_url);
  CHECK(asked->root()["meta"]["madeOf"].text() == "source");
}

TEST_CASE("A copy that an earlier step made is found: the oldest stays, and its meta is hidden at last") {
  run what;
  lists_copies(what, {{.id = "oldest", .shows_source = true}, {.id = "second"}, {.id = "third"}});
  for (int calls = 0; calls < 3; ++calls) {
    deletes(what);
  }
  CHECK(step(what, copy_to(cloudflare)).id == "oldest");
  CHECK(calls_of(what.world) == texts{find_videos, "DELETE /second", "DELETE /third", "POST /oldest"});
}

TEST_CASE("Mux copies Cloudflare's file once it is ready") {
  run asks;
  lists_copied_assets(asks, {});
  support::finds_nothing(asks);
  answers_download(asks, "inprogress");
  support::lists(asks.world);
  (void)advance(asks, stream_with(copy_to(mux)));
  CHECK(calls_of(asks.world) == texts{find_assets, "GET /source/downloads", "POST /source/downloads"});

  run what;
  lists_copied_assets(what, {});
  answers_download(what, "ready");
  what.world.answers(201, json::object().set("data", asset("made", "preparing")).dump());
  const transfer after = step(what, copy_to(mux));
  CHECK((after.id == "made" && after.state == transfer_state::processing));
  CHECK(effects_of(what.world) == texts{"POST /assets", fact_of(after), save});
  CHECK(what.world.asked<edge::operation::fetch>().back().body.contains(download_url));
}

TEST_CASE("Of several copies at Mux the oldest stays") {
  run what;
  lists_copied_assets(what, {"newest", "middle", "oldest"});
  deletes(what, true);
  deletes(what, true);
  const transfer after = step(what, copy_to(mux));
  CHECK((after.id == "oldest" && after.state == transfer_state::ready && after.playback == "p"));
  CHECK(calls_of(what.world) == texts{find_assets, "DELETE /assets/newest", "DELETE /assets/middle"});
}

TEST_CASE("What a provider refuses or does not have has failed, and anything else is tried again") {
  const auto after = [](int status) {
    run what;
    lists_copies(what, {});
    answers_source(what, "ready");
    what.world.answers(status, R"({"success":false,"errors":[]})");
    const transfer known = step(what, copy_to(cloudflare));
    CHECK(what.round.counts().failures == (status == 503 ? 1U : 0U));
    return known;
  };
  CHECK(after(400).reason == streams::copy_was_refused);
  CHECK(after(404).reason == streams::nothing_to_copy);
  CHECK((after(503).state == transfer_state::begun));

  run without_file;
  lists_copies(without_file, {});
  answers_source(without_file, "errored");
  CHECK(step(without_file, copy_to(cloudflare)).reason == streams::no_file);
}

TEST_CASE("A copy that is not over after a week has failed, without a call") {
  transfer old = copy_to(cloudflare);
  old.until = now - std::chrono::days{7};
  run what;
  CHECK(step(what, old).reason == streams::took_too_long);
  CHECK(calls_of(what.world).empty());
}

TEST_CASE("A copy that the list lacks for ten minutes is gone, and before that it may come") {
  for (const bool is_late : {false, true}) {
    run what;
    lists_copies(what, {});
    const transfer after = step(what, copy_to(cloudflare, transfer_state::processing, "made"),
                                now - 10min + (is_late ? 0us : 1us));
    CHECK((after.state == (is_late ? transfer_state::gone : transfer_state::processing)));
    CHECK(calls_of(what.world) == texts{find_videos});
  }
}

TEST_CASE("When the source was deleted, what was made of it goes too, until none can be listed any more") {
  for (const recording_source where : {cloudflare, mux}) {
    for (const bool is_late : {false, true}) {
      stream_record stream = stream_with(copy_to(where));
      stream.broadcasts.fold(change::of(
          streams::removed_recording{.source = where == mux ? cloudflare : mux, .recording_id = "source"},
          now - 10min + (is_late ? 0us : 1us)));
      run what;
      support::lists(what.world);
      if (where == mux) {
        lists_copied_assets(what, {"made"});
      } else {
        lists_copies(what, {{.id = "made"}, {.id = "other", .of = "another"}});
      }
      deletes(what, where == mux);
      support::writes(what.world);
      saves(what);
      const stream_record after = advance(what, stream);
      CHECK(calls_of(what.world).back() == (where == mux ? "DELETE /assets/made" : "DELETE /made"));
      CHECK(calls_of(what.world).size() == 2);
      CHECK(after.broadcasts.transfers().find(where, "source")->value().is_over() == is_late);
    }
  }
}

TEST_CASE("An upload is followed until it is ready, and one that is not there is gone") {
  transfer upload = copy_to(cloudflare, transfer_state::uploading, "made");
  upload.origin = streams::recording_origin::phone;
  upload.until = now - std::chrono::days{8};
  run ready;
  support::answers(ready.world, video({.id = "made", .state = "ready"}));
  CHECK((step(ready, upload).state == transfer_state::ready));
  run gone;
  support::finds_nothing(gone);
  CHECK((step(gone, upload).state == transfer_state::gone));
  CHECK(calls_of(gone.world) == texts{"GET /made"});
}

TEST_CASE("Beyond the day's minutes no copy begins") {
  edge::environment limited = settings_with_mux();
  limited.set("SECOND_COPY_MINUTES_PER_DAY", "40");
  run what{limited};
  support::lists(what.world);
  lists_copies(what, {});
  answers_source(what, "ready");
  support::lists(what.world, {{.key = "copies/1/other", .metadata = "11"}});
  (void)advance(what, stream_with(copy_to(cloudflare)));
  CHECK(effects_of(what.world).empty());
}

TEST_CASE("A copy that is over, of a deleted stream, or without Mux in the settings is left alone") {
  run over;
  (void)advance(over, stream_with(copy_to(cloudflare, transfer_state::failed, "made")));
  CHECK(over.world.asked().empty());
  run deleted;
  stream_record stream = stream_with(copy_to(cloudflare));
  stream.desired.fold(change::only(streams::change_kind::deleted, now));
  (void)advance(deleted, stream);
  CHECK(deleted.world.asked().empty());
  run without_mux{support::api_settings()};
  (void)advance(without_mux, stream_with(copy_to(cloudflare)));
  CHECK(without_mux.world.asked().empty());
}

TEST_CASE("A copy whose end only the facts tell of is not made again") {
  run what;
  const change known = change::of(copy_to(cloudflare, transfer_state::ready, "made"), now - 1min);
  support::lists(what.world,
                 {{.key = "fact/stream/" + id + '/' + known.id, .metadata = known.to_metadata()}});
  saves(what);
  (void)advance(what, stream_with(copy_to(cloudflare)));
  CHECK(calls_of(what.world).empty());
}

TEST_CASE("A copy that was put off, or that the run has no calls for, is left alone") {
  run put_off;
  put_off.memory.copies[id].next = now + 1us;
  (void)advance(put_off, stream_with(copy_to(cloudflare)));
  CHECK(put_off.world.asked().empty());
  run spent;
  spent.world.host().advance_clock(now + edge::milliseconds{streams::reconcile_round::time_budget});
  (void)advance(spent, stream_with(copy_to(cloudflare)));
  CHECK((spent.world.asked().empty() && spent.round.counts().left == 1));
}

} // namespace copies_test
