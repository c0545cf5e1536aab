// streams::recover_missed_webhooks: what is found in the providers' lists, and which streams are looked at
// when.
#include "cloudflare/error_codes.h"
#include "streams/reconcile/missed_webhooks.h"
#include "support/catch.h"
#include "support/facts.h"
#include "unit/streams/reconcile/run.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace checks_test {

namespace {

using namespace reconcile_test;
using namespace std::chrono_literals;
using edge::operation::kv_put;
using enum cloudflare::fact_kind;
using streams::recording_source;
using streams::recording_state;
using streams::stream_record;
using support::calls_of;
using support::keys_of;
using support::reads;
using texts = std::vector<std::string>;

const std::string id = stream_id(1);

std::string list_of(const std::string& input) { return "GET ?limit=1000&live_input_id=" + input; }

cloudflare::fact of_input(cloudflare::fact_kind kind, edge::timestamp at) {
  return {.event_id = "event", .kind = kind, .at = at, .live_input_id = "input"};
}

cloudflare::fact of_video(cloudflare::fact_kind kind, edge::timestamp created, edge::timestamp at) {
  return {.event_id = "event",
          .kind = kind,
          .at = at,
          .live_input_id = "input",
          .video_id = "video",
          .created = created,
          .duration = kind == video_ready ? std::optional<edge::milliseconds>{30min} : std::nullopt,
          .hls_url = "https://customer-1.cloudflarestream.com/video/manifest/video.m3u8"};
}

// Live for so long, at Cloudflare alone.
stream_record live(std::chrono::microseconds lasting = 10min, const std::string& of = id,
                   const std::string& input = "input") {
  stream_record stream = stream_at(of, input);
  stream.method = streams::streaming_method::obs;
  stream.broadcasts.fold(of_input(input_connected, now - lasting));
  return stream;
}

// It ended half an hour ago, after half an hour.
stream_record over(const std::string& of = id, const std::string& input = "input") {
  stream_record stream = live(1h, of, input);
  stream.broadcasts.fold(of_input(input_disconnected, now - 30min));
  return stream;
}

struct listed_video {
  std::string state = "ready";
  edge::timestamp created = now - 1h;
  edge::timestamp modified = now - 20min;
};

json::array videos(const std::vector<listed_video>& all, const std::string& input = "input") {
  json::array listed;
  for (const listed_video& each : all) {
    listed.add(json::object()
                   .set("uid", "video")
                   .set("liveInput", input)
                   .set("status", json::object().set("state", each.state))
                   .set("created", edge::format_timestamp(each.created))
                   .set("modified", edge::format_timestamp(each.modified))
                   .set("duration", each.state == "ready" ? 1800 : -1)
                   .set("playback",
                        json::object().set(
                            "hls", "https://customer-1.cloudflarestream.com/video/manifest/video.m3u8")));
  }
  return listed;
}

json::object asset(const std::string& status, bool is_live = false, const std::string& with_id = "asset") {
  return json::object()
      .set("id", with_id)
      .set("status", status)
      .set("is_live", is_live)
      .set("live_stream_id", "live1")
      .set("created_at",
           std::to_string(std::chrono::floor<std::chrono::seconds>((now - 1h).time_since_epoch()).count()))
      .set("duration", 1800)
      .set("playback_ids", json::array().add(json::object().set("id", "p").set("policy", "public")));
}

void lists_assets(run& to, json::array data) {
  to.world.answers(200, json::object().set("data", std::move(data)).dump());
}

// What a check reads, without news from either provider, of a stream at Cloudflare alone.
void lists_nothing(run& to) {
  reads(to.world, {""});
  answers_list(to, {});
  answers_input(to, "input");
}

// What is read and written when a check has found that many facts.
void saves(run& to, int facts = 1) {
  support::writes(to.world, facts + 1);
  support::lists(to.world);
  reads(to.world, {"", "index"});
  reads(to.world, {""}); // the alarm
}

stream_record check(run& what, stream_record stream, std::uint32_t forgotten_share = 1) {
  std::vector streams{std::move(stream)};
  what.world.run(recover_missed_webhooks(what.round, what.memory, streams, forgotten_share));
  return streams.front();
}

// The state of the recording after a check that finds this in Cloudflare's list; nullopt without one.
std::optional<recording_state> state_after(const stream_record& stream,
                                           const std::vector<listed_video>& listed) {
  run what;
  reads(what.world, {""});
  answers_list(what, videos(listed));
  answers_input(what, "input");
  saves(what);
  const stream_record after = check(what, stream);
  CHECK(what.round.counts().failures == 0);
  const auto* const found = after.broadcasts.find("video");
  return found ? std::optional{found->state()} : std::nullopt;
}

// Over, with a recording that began then and that is said to be so.
stream_record with_video(cloudflare::fact_kind kind, edge::timestamp created, edge::timestamp at) {
  stream_record stream = stream_at(id);
  stream.broadcasts.fold(of_input(input_connected, created));
  stream.broadcasts.fold(of_input(input_disconnected, created + 1min));
  stream.broadcasts.fold(of_video(kind, created, at));
  return stream;
}

bool is_checked(const stream_record& stream, const streams::retry_time& before, std::uint32_t share = 1) {
  run what;
  what.memory.checks[stream.id] = before;
  lists_nothing(what);
  saves(what);
  (void)check(what, stream, share);
  return what.round.counts().streams_checked == 1;
}

std::chrono::microseconds pause_after(const stream_record& stream, std::uint32_t fruitless,
                                      const std::vector<listed_video>& listed = {},
                                      edge::timestamp last = now - 1s) {
  run what;
  what.memory.checks[id] = {.fruitless = fruitless, .next = now, .last = last};
  reads(what.world, {""});
  answers_list(what, videos(listed));
  answers_input(what, "input");
  saves(what, 2);
  (void)check(what, stream);
  return what.memory.checks[id].next - now;
}

// A stream with a copy in that state at Cloudflare.
stream_record stream_with_copy(streams::transfer_state state) {
  stream_record stream = stream_at(id);
  stream.broadcasts.fold(streams::change::of(
      streams::transfer{
          .to = recording_source::cloudflare, .of = "other", .state = state, .id = "copy", .begun = now - 2h},
      now - 1h));
  return stream;
}

} // namespace

TEST_CASE("A recording that no webhook told of becomes a fact, and the record is saved with it") {
  run what;
  reads(what.world, {""});
  answers_list(what, videos({{}}));
  answers_input(what, "input");
  support::writes(what.world, 2);
  const streams::change renamed{
      .id = "r1", .kind = streams::change_kind::renamed, .at = now, .title = "Renamed since"};
  support::lists(what.world, {{.key = "fact/stream/" + id + "/r1", .metadata = renamed.to_metadata()}});
  reads(what.world, {"", "index"});
  reads(what.world, {R"({"code":"X","at":1})"}); // an alarm of long ago
  support::removes(what.world);
  const stream_record after = check(what, over());
  CHECK(after.current_title() == "Renamed since");
  CHECK(keys_of<edge::operation::kv_remove>(what.world) == texts{"alarm/cloudflare"});
  REQUIRE(after.broadcasts.recordings().size() == 1);
  CHECK((after.broadcasts.recordings().front().state() == recording_state::ready));
  const texts written = keys_of<kv_put>(what.world);
  REQUIRE(written.size() == 2);
  CHECK(written.front().starts_with("fact/stream/" + id + "/cloudflare-"));
  CHECK(written.back() == "stream/" + id);
  CHECK(what.round.counts().facts_found == 1);
  CHECK(what.round.counts().streams_checked == 1);
  CHECK(what.round.counts().failures == 0);

  // The second time it is no news.
  run again;
  reads(again.world, {""});
  answers_list(again, videos({{.modified = now - 1min}}));
  answers_input(again, "input");
  (void)check(again, after);
  CHECK(keys_of<kv_put>(again.world).empty());
  CHECK(again.round.counts().facts_found == 0);
}

TEST_CASE("The encoder whose connection no notification told of is found") {
  run what;
  reads(what.world, {""});
  answers_list(what, {});
  answers_input(what, "input", "connected", now - 30s);
  saves(what);
  CHECK((check(what, stream_at(id)).status(now) == streams::stream_status::live));
  CHECK(what.round.counts().facts_found == 1);
}

TEST_CASE("A recording at Mux that no webhook told of is found, complete or growing") {
  for (const bool grows : {false, true}) {
    stream_record stream = over();
    stream.mux = streams::mux_side{"live1", "playback", "output"};
    run what;
    reads(what.world, {""});
    answers_list(what, {});
    answers_input(what, "input");
    lists_assets(what, json::array().add(asset(grows ? "preparing" : "ready", grows)));
    saves(what);
    const stream_record after = check(what, stream);
    REQUIRE(after.broadcasts.find("asset"));
    CHECK((after.broadcasts.find("asset")->state() ==
           (grows ? recording_state::processing : recording_state::ready)));
    CHECK(keys_of<kv_put>(what.world).front().starts_with("fact/stream/" + id + "/mux-"));
  }
}

TEST_CASE("A recording that is missing in the list ten minutes after it began is gone") {
  CHECK((state_after(with_video(video_live, now - 10min, now - 10min), {}) == recording_state::deleted));
  CHECK((state_after(with_video(video_live, now - 10min + 1ms, now - 10min), {}) ==
         recording_state::processing));
  CHECK((state_after(with_video(video_ready, now - 2h, now - 1h), {}) == recording_state::deleted));
}

TEST_CASE("A recording that is still processed a day after it began has failed, unless the stream is live") {
  const auto listed = [](edge::timestamp created) {
    return std::vector<listed_video>{{.state = "live-inprogress", .created = created, .modified = created}};
  };
  const auto stuck = with_video(video_live, now - 24h, now - 24h);
  CHECK((state_after(stuck, listed(now - 24h)) == recording_state::failed));
  const auto young = with_video(video_live, now - 24h + 1ms, now - 24h + 1ms);
  CHECK((state_after(young, listed(now - 24h + 1ms)) == recording_state::processing));
  stream_record again = stuck;
  again.broadcasts.fold(of_input(input_connected, now - 20s));
  CHECK((state_after(again, listed(now - 24h)) == recording_state::processing));
}

TEST_CASE("A recording that was given up and is in the list as ready is ready after all") {
  for (const auto kind : {video_failed, video_deleted}) {
    const auto given_up = with_video(kind, now - 26h, now - 1h);
    CHECK((state_after(given_up, {{.created = now - 26h, .modified = now - 25h}}) == recording_state::ready));
  }
}

TEST_CASE("A recording at Mux is gone or has failed by the same rules") {
  const auto state_at_mux = [](edge::timestamp begun, bool is_listed) {
    stream_record stream = stream_at(id, "input", "live1");
    const mux::fact created{.event_id = "e",
                            .kind = mux::fact_kind::asset_created,
                            .at = begun,
                            .live_stream_id = "live1",
                            .asset_id = "asset",
                            .started_at = begun};
    stream.broadcasts.fold(of_input(input_connected, begun));
    stream.broadcasts.fold(of_input(input_disconnected, begun + 1min));
    stream.broadcasts.fold(created);
    run what;
    reads(what.world, {""});
    answers_list(what, {});
    answers_input(what, "input");
    json::array listed;
    if (is_listed) {
      listed.add(asset("preparing"));
    }
    lists_assets(what, std::move(listed));
    saves(what, 2); // the list also has its playback id
    const stream_record after = check(what, stream);
    REQUIRE(after.broadcasts.find("asset"));
    return after.broadcasts.find("asset")->state();
  };
  CHECK((state_at_mux(now - 10min, false) == recording_state::deleted));
  CHECK((state_at_mux(now - 10min + 1ms, false) == recording_state::processing));
  CHECK((state_at_mux(now - 24h, true) == recording_state::failed));
  CHECK((state_at_mux(now - 24h + 1ms, true) == recording_state::processing));
}

TEST_CASE("Without Mux in the settings nobody can tell whether its recordings are there, so they stay") {
  stream_record stream = over();
  stream.mux = streams::mux_side{"live1", "playback", "output"};
  stream.broadcasts.fold(mux::fact{.event_id = "e",
                                   .kind = mux::fact_kind::asset_completed,
                                   .at = now - 30min,
                                   .live_stream_id = "live1",
                                   .asset_id = "asset",
                                   .duration = 30min,
                                   .started_at = now - 1h});
  run what{support::api_settings()};
  lists_nothing(what);
  const stream_record after = check(what, stream);
  CHECK((after.broadcasts.find("asset")->state() == recording_state::ready));
  CHECK(keys_of<kv_put>(what.world).empty());
}

TEST_CASE("A live input that is gone is no failure, and its recordings are not given up") {
  for (const bool at_list : {true, false}) {
    run what;
    reads(what.world, {""});
    if (!at_list) {
      answers_list(what, videos({{.created = now - 2h}}));
    }
    what.world.answers(404, R"({"success":false,"errors":[]})");
    const stream_record before = with_video(video_ready, now - 2h, now - 1h);
    CHECK((check(what, before).broadcasts.find("video")->state() == recording_state::ready));
    CHECK(what.round.counts().failures == 0);
  }
}

TEST_CASE("A provider that fails does not keep the other's news from being stored, and counts as a failure") {
  stream_record stream = over();
  stream.mux = streams::mux_side{"live1", "playback", "output"};
  run without_cloudflare;
  reads(without_cloudflare.world, {""});
  without_cloudflare.world.answers(503);
  lists_assets(without_cloudflare, json::array().add(asset("ready")));
  saves(without_cloudflare);
  CHECK(check(without_cloudflare, stream).broadcasts.find("asset"));
  CHECK(without_cloudflare.round.counts().failures == 1);
  CHECK(without_cloudflare.round.counts().facts_found == 1);
  CHECK(without_cloudflare.memory.checks[id].fruitless == 1);

  run without_mux;
  reads(without_mux.world, {""});
  answers_list(without_mux, videos({{}}));
  answers_input(without_mux, "input");
  without_mux.world.answers(503);
  saves(without_mux);
  CHECK(check(without_mux, stream).broadcasts.find("video"));
  CHECK(without_mux.round.counts().failures == 1);
}

TEST_CASE("That the lists lack a recording is stored once, a minute into the broadcast, if both were read") {
  const auto notes = [](const stream_record& stream, bool is_read = true) {
    run what;
    reads(what.world, {""});
    if (is_read) {
      answers_list(what, {});
      answers_input(what, "input");
    } else {
      what.world.answers(503);
    }
    saves(what);
    const stream_record after = check(what, stream);
    const bool is_noted = std::ranges::any_of(keys_of<kv_put>(what.world), [](const std::string& key) {
      return key.starts_with("fact/stream/" + id + "/checked");
    });
    CHECK((!is_noted || after.desired.checked_since(now)));
    return is_noted;
  };
  CHECK(notes(live(60s)));
  CHECK_FALSE(notes(live(60s - 1us)));
  CHECK_FALSE(notes(live(60s), false));
  CHECK_FALSE(notes(over()));
  stream_record recorded = live(60s);
  recorded.broadcasts.fold(of_video(video_live, now - 60s, now - 60s));
  CHECK_FALSE(notes(recorded));
  stream_record known = live(60s);
  known.desired.fold({.id = "c", .kind = streams::change_kind::recordings_checked, .at = now - 60s});
  CHECK_FALSE(notes(known));
  stream_record of_broadcast_before = live(60s);
  of_broadcast_before.desired.fold(
      {.id = "c", .kind = streams::change_kind::recordings_checked, .at = now - 60s - 1us});
  CHECK(notes(of_broadcast_before));
}

TEST_CASE("While a broadcast that has just begun is known at Mux, Mux is not asked") {
  const auto asks_mux = [](std::chrono::microseconds lasting, bool is_known, bool is_at_cloudflare = true) {
    stream_record stream = is_at_cloudflare ? live(lasting) : stream_at(id);
    stream.mux = streams::mux_side{"live1", "playback", "output"};
    if (is_known) {
      stream.broadcasts.fold(mux::fact{.event_id = "e",
                                       .kind = mux::fact_kind::stream_active,
                                       .at = now - lasting,
                                       .live_stream_id = "live1",
                                       .asset_id = "asset",
                                       .started_at = now - lasting});
    }
    run what;
    reads(what.world, {""});
    answers_list(what, {});
    answers_input(what, "input");
    if (is_at_cloudflare) {
      lists_outputs(what, {{.id = "output", .feeds = "live1"}});
    }
    lists_assets(what, {});
    saves(what);
    (void)check(what, stream);
    return std::ranges::any_of(calls_of(what.world),
                               [](const std::string& call) { return call.contains("/assets"); });
  };
  CHECK_FALSE(asks_mux(3min - 1us, true));
  CHECK(asks_mux(3min, true));
  CHECK(asks_mux(2min, false));
  CHECK(asks_mux(2min, true, false));
}

TEST_CASE("An output that does not do what was asked for is switched, while the stream is live") {
  stream_record stream = live();
  stream.mux = streams::mux_side{"live1", "playback", "output"};
  run what;
  reads(what.world, {""});
  answers_list(what, {});
  answers_input(what, "input");
  lists_outputs(what, {{.id = "output", .feeds = "live1", .enabled = false}});
  what.world.answers(
      200,
      R"({"success":true,"errors":[],"result":{"uid":"output","url":"rtmps://x","streamKey":"k","enabled":true}})");
  lists_assets(what, {});
  saves(what);
  (void)check(what, stream);
  CHECK(std::ranges::contains(calls_of(what.world), "PUT /live_inputs/input/outputs/output"));

  run quiet;
  stream_record ended = over();
  ended.mux = stream.mux;
  reads(quiet.world, {""});
  answers_list(quiet, {});
  answers_input(quiet, "input");
  lists_assets(quiet, {});
  (void)check(quiet, ended);
  CHECK(calls_of(quiet.world).size() == 3);
}

TEST_CASE("A stream that is found deleted is saved so, and no provider is asked") {
  run what;
  reads(what.world, {streams::change::only(streams::change_kind::deleted, now).to_metadata()});
  reads(what.world, {"", ""});
  support::removes(what.world);
  CHECK(check(what, over()).desired.deleted());
  CHECK(calls_of(what.world).empty());
  CHECK(keys_of<edge::operation::kv_remove>(what.world) == texts{"stream/" + id});

  stream_record deleted = over();
  deleted.desired.fold(streams::change::only(streams::change_kind::deleted, now));
  run known;
  (void)check(known, deleted);
  CHECK(known.world.asked().empty());
}

TEST_CASE("A copy that is missing at its provider ten minutes after it was ready is gone") {
  const auto is_gone = [](recording_source to, edge::timestamp since, int status, bool is_listed = false,
                          bool is_removed = false) {
    stream_record stream = stream_at(id);
    if (is_removed) {
      stream.broadcasts.fold(streams::change::of(
          streams::removed_recording{.source = to, .recording_id = "copy", .is_done = true}, now - 1h));
    }
    stream.broadcasts.fold(streams::change::of(streams::transfer{.to = to,
                                                                 .of = "other",
                                                                 .state = streams::transfer_state::ready,
                                                                 .id = "copy",
                                                                 .begun = now - 2h,
                                                                 .duration = 60s},
                                               since));
    run what;
    lists_nothing(what);
    if (to == recording_source::mux) {
      what.world.answers(status, status == 200
                                     ? json::object().set("data", asset("ready", false, "copy")).dump()
                                     : std::string{});
    } else {
      json::array listed;
      if (is_listed) {
        listed.add(json::object()
                       .set("uid", "copy")
                       .set("creator", "whip-mux:" + id)
                       .set("status", json::object().set("state", "ready"))
                       .set("modified", edge::format_timestamp(now)));
      }
      answers_list(what, std::move(listed));
    }
    saves(what);
    const stream_record after = check(what, stream);
    // One that its owner has deleted is not looked for.
    CHECK((!is_removed || calls_of(what.world).size() == 2));
    const auto* const copy = after.broadcasts.transfers().find(to, "other");
    REQUIRE(copy);
    return copy->value().state == streams::transfer_state::gone;
  };
  using enum recording_source;
  CHECK(is_gone(cloudflare, now - 10min, 200));
  CHECK_FALSE(is_gone(cloudflare, now - 10min + 1us, 200));
  CHECK_FALSE(is_gone(cloudflare, now - 10min, 200, true));
  CHECK_FALSE(is_gone(cloudflare, now - 10min, 200, false, true));
  CHECK(is_gone(mux, now - 10min, 404));
  CHECK_FALSE(is_gone(mux, now - 10min + 1us, 404));
  CHECK_FALSE(is_gone(mux, now - 10min, 200));
  CHECK_FALSE(is_gone(mux, now - 10min, 503));
}

TEST_CASE("Copies that cannot be listed are a failure, and stay") {
  const stream_record stream = stream_with_copy(streams::transfer_state::ready);
  run what;
  lists_nothing(what);
  what.world.answers(503);
  const stream_record after = check(what, stream);
  CHECK((after.broadcasts == stream.broadcasts));
  CHECK(what.round.counts().failures == 1);
}

TEST_CASE("A copy that is still made is not looked for: there may be nothing yet") {
  const stream_record stream = stream_with_copy(streams::transfer_state::processing);
  run what;
  lists_nothing(what);
  (void)check(what, stream);
  CHECK(calls_of(what.world).size() == 2);
  CHECK(what.round.counts().failures == 0);
}

TEST_CASE("The most urgent streams come first, and of those the ones that are due for longest") {
  const auto at = [](int number) { return "input" + std::to_string(number); };
  std::vector<stream_record> streams;
  streams.push_back(stream_at(stream_id(5), at(5)));
  streams.push_back(stream_at(stream_id(4), at(4)));
  streams.push_back(live(30s, stream_id(2), at(2)));
  streams.push_back(over(stream_id(3), at(3)));
  streams.push_back(live(60s, stream_id(1), at(1)));
  run what;
  what.memory.checks[stream_id(5)] = {.next = now - 2s, .last = now - 1s};
  what.memory.checks[stream_id(4)] = {.next = now - 1s, .last = now - 1s};
  for (const int number : {1, 3, 2, 5, 4}) {
    reads(what.world, {""});
    answers_list(what, {});
    answers_input(what, at(number));
    saves(what);
  }
  what.world.run(recover_missed_webhooks(what.round, what.memory, streams, 1));
  texts order = calls_of(what.world);
  std::erase_if(order, [](const std::string& call) { return !call.contains("?limit"); });
  CHECK(order == texts{list_of(at(1)), list_of(at(3)), list_of(at(2)), list_of(at(5)), list_of(at(4))});
}

TEST_CASE("A live stream that was checked since its recording must have begun is no longer first") {
  const auto is_first = [](edge::timestamp last) {
    std::vector<stream_record> streams{over(stream_id(2), "input2"), live(61s, stream_id(1), "input1")};
    run what;
    what.memory.checks[stream_id(1)] = {.next = now, .last = last};
    for (const char* each : {"input1", "input2"}) {
      reads(what.world, {""});
      answers_list(what, {});
      answers_input(what, each);
      saves(what);
    }
    what.world.run(recover_missed_webhooks(what.round, what.memory, streams, 1));
    return calls_of(what.world).front() == list_of("input1");
  };
  CHECK_FALSE(is_first(now - 1s));
  CHECK(is_first(now - 1s - 1us));
}

TEST_CASE("A stream is checked when it is due, or at once after news") {
  const stream_record quiet = over();
  CHECK(is_checked(quiet, {.next = now, .last = now - 10min}));
  CHECK_FALSE(is_checked(quiet, {.next = now + 1us, .last = now - 10min}));
  CHECK(is_checked(quiet, {.next = now + 1h, .last = now - 30min - 1us}));
  CHECK_FALSE(is_checked(quiet, {.next = now + 1h, .last = now - 30min}));
  // A provider whose clock is ahead tells news of later: that is no reason to check again and again.
  CHECK_FALSE(
      is_checked(with_video(video_ready, now - 1h, now + 1s), {.next = now + 1h, .last = now - 10min}));
  // A live stream at the latest when its recording must have begun.
  CHECK(is_checked(live(60s), {.next = now + 1h, .last = now - 30s}));
  CHECK_FALSE(is_checked(live(60s - 1us), {.next = now + 1h, .last = now - 30s}));
  CHECK_FALSE(is_checked(live(90s), {.next = now + 1h, .last = now - 30s}));
}

TEST_CASE("A stream without news for thirty days is checked by chance, if it has recordings") {
  const auto aged = [](std::chrono::microseconds age, bool has_recording) {
    stream_record stream = stream_at(id);
    stream.created_at = now - age;
    if (has_recording) {
      stream.broadcasts.fold(of_video(video_ready, now - age, now - age));
    }
    return stream;
  };
  constexpr std::uint32_t never = 1'000'000;
  CHECK(is_checked(aged(30 * 24h - 1us, false), {}, never));
  CHECK_FALSE(is_checked(aged(30 * 24h, false), {}));
  CHECK(is_checked(aged(30 * 24h, true), {}));
  CHECK_FALSE(is_checked(aged(30 * 24h, true), {}, never));
  stream_record deleted = aged(40 * 24h, true);
  deleted.broadcasts.fold(of_video(video_deleted, now - 40 * 24h, now - 39 * 24h));
  CHECK_FALSE(is_checked(deleted, {}));
}

TEST_CASE("A stream of long ago that was checked by chance is not remembered") {
  stream_record stream = stream_at(id);
  stream.created_at = now - 40 * 24h;
  stream.broadcasts.fold(of_video(video_ready, now - 40 * 24h, now - 40 * 24h));
  run what;
  reads(what.world, {""});
  answers_list(what, videos({{.created = now - 40 * 24h, .modified = now - 40 * 24h}}));
  answers_input(what, "input");
  saves(what);
  (void)check(what, stream);
  CHECK(what.round.counts().streams_checked == 1);
  CHECK(what.memory.checks.empty());
}

TEST_CASE("A stream without news is checked less and less often, up to once an hour, or every five minutes "
          "while live") {
  const auto is_about = [](std::chrono::microseconds pause, std::chrono::seconds step) {
    return pause >= step * 8 / 10 && pause <= step * 12 / 10;
  };
  stream_record quiet = over();
  quiet.broadcasts.fold(of_video(video_ready, now - 1h, now - 29min));
  const std::vector<listed_video> listed{{.modified = now - 29min}};
  CHECK(is_about(pause_after(quiet, 1, listed), 1min));
  CHECK(is_about(pause_after(quiet, 9, listed), 60min));
  // News begins anew.
  CHECK(is_about(pause_after(over(), 9, listed), 30s));
  CHECK(is_about(pause_after(quiet, 9, listed, now - 2h), 30s));
  stream_record recorded = live();
  recorded.broadcasts.fold(of_video(video_live, now - 10min, now - 10min));
  const std::vector<listed_video> growing{
      {.state = "live-inprogress", .created = now - 10min, .modified = now - 10min}};
  // All its recordings are known: two minutes at once, then five.
  CHECK(is_about(pause_after(recorded, 0, growing), 2min));
  CHECK(is_about(pause_after(recorded, 9, growing), 5min));
  CHECK(is_about(pause_after(recorded, 9, growing, now - 9min - 30s), 5min));
  CHECK(is_about(pause_after(live(), 0), 30s));
  stream_record unrecorded = live();
  unrecorded.desired.fold({.id = "c", .kind = streams::change_kind::recordings_checked, .at = now - 1min});
  CHECK(is_about(pause_after(unrecorded, 9), 1min));
}

TEST_CASE("A live stream that Mux should receive and does not is no stream with every recording") {
  for (const bool is_fed : {true, false}) {
    stream_record stream = live();
    stream.mux = streams::mux_side{"live1", "playback", "output"};
    stream.broadcasts.fold(of_video(video_live, now - 10min, now - 10min));
    const auto kind = is_fed ? mux::fact_kind::stream_active : mux::fact_kind::asset_created;
    stream.broadcasts.fold(
        mux::fact{.event_id = "e",
                  .kind = kind,
                  .at = now - 10min,
                  .live_stream_id = "live1",
                  .asset_id = "asset",
                  .playback = mux::playback_id{.id = "p", .policy = mux::playback_policy::public_playback},
                  .started_at = now - 10min});
    run what;
    what.memory.checks[id] = {.fruitless = 0, .next = now, .last = now - 1s};
    reads(what.world, {""});
    answers_list(what,
                 videos({{.state = "live-inprogress", .created = now - 10min, .modified = now - 10min}}));
    answers_input(what, "input");
    if (!is_fed) {
      lists_outputs(what, {{.id = "output", .feeds = "live1"}});
    }
    lists_assets(what, json::array().add(asset("preparing", true)));
    (void)check(what, stream);
    CHECK(what.memory.checks[id].fruitless == (is_fed ? 3U : 1U));
  }
}

TEST_CASE("After a failure a stream is checked again soon") {
  run what;
  what.memory.checks[id] = {.fruitless = 5, .next = now, .last = now - 1s};
  reads(what.world, {""});
  what.world.answers(503);
  (void)check(what, over());
  CHECK(what.memory.checks[id].fruitless == 1);
}

TEST_CASE("What is remembered of a check says whether a broadcast is in progress") {
  for (const bool is_live : {true, false}) {
    run what;
    lists_nothing(what);
    saves(what);
    (void)check(what, is_live ? live() : stream_at(id));
    CHECK(what.memory.checks[id].is_urgent == is_live);
    CHECK((what.memory.checks[id].last == now));
  }
}

TEST_CASE("Checks beyond their share are left to the next run") {
  run what;
  what.world.host().advance_clock(now + edge::milliseconds{streams::reconcile_round::time_budget} * 28 / 40);
  (void)check(what, over());
  CHECK(what.world.asked().empty());
  CHECK(what.round.counts().left == 1);
  CHECK(what.memory.checks.empty());
}

} // namespace checks_test
