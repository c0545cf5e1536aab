// streams::attach_backups and streams::switch_backup: which streams get a backup, what is made for it, and
// what is stored.
#include "json/reader.h"
#include "streams/reconcile/backups.h"
#include "support/catch.h"
#include "unit/streams/reconcile/run.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace backups_test {

namespace {

using namespace reconcile_test;
using namespace std::chrono_literals;
using streams::change;
using streams::change_kind;
using streams::stream_record;
using support::calls_of;
using support::effects_of;
using support::reads;
using texts = std::vector<std::string>;

const std::string id = stream_id(1);
const std::string find_live_stream = "GET /live-streams?limit=100&page=1";
const std::string list_outputs = "GET /live_inputs/input/outputs";
const std::string make_output = "POST /live_inputs/input/outputs";
const std::string fact = "put fact/stream/" + id + '/' + std::string{name_of(change_kind::backup_attached)};
const std::string save = "put stream/" + id;

stream_record waiting() {
  stream_record stream = stream_at(id);
  stream.warnings = {{.code = std::string{streams::backup_unavailable}, .detail = "off"}};
  return stream;
}

// No intent, and these facts.
void finds(run& to, std::vector<edge::operation::kv_list::entry> facts = {}) {
  reads(to.world, {""});
  support::lists(to.world, std::move(facts));
}

edge::operation::kv_list::entry entry_of(const change& what) {
  return {.key = "fact/stream/" + id + '/' + what.id, .metadata = what.to_metadata()};
}

// The record, and the check for a deletion after it.
void saves(run& to) {
  support::writes(to.world);
  reads(to.world, {"", "index"});
}

stream_record attach(run& what, stream_record stream = waiting()) {
  std::vector streams{std::move(stream)};
  what.world.run(attach_backups(what.round, what.memory, streams));
  return streams.front();
}

bool is_attached_to(const stream_record& stream) {
  run what;
  finds(what);
  lists_live_streams(what, {{.id = "live", .tag = tag_of(id)}});
  lists_outputs(what, {{"output", "live"}});
  support::writes(what.world);
  saves(what);
  return attach(what, stream).mux.has_value();
}

// Whether nothing is left to switch, for a stream with a backup and these outputs.
edge::outcome<bool> switches(run& what, const stream_record& stream = stream_at(id, "input", "live")) {
  return what.world.run(switch_backup(what.round, stream));
}

change simulcast(bool is_on) {
  return {.id = "simulcast", .kind = change_kind::simulcast_set, .at = now - 5min, .simulcast = is_on};
}

stream_record with_change(const change& what) {
  stream_record stream = stream_at(id, "input", "live");
  stream.desired.fold(what);
  return stream;
}

} // namespace

TEST_CASE("A missing backup is made: a live stream with the stream's tag, an output that feeds it, a fact") {
  run what;
  finds(what);
  lists_live_streams(what, {{.id = "other", .tag = tag_of(stream_id(2))}});
  support::answers_live_stream(what, "live");
  lists_outputs(what, {{"owners", "elsewhere"}});
  support::answers_output(what, {.id = "output", .feeds = "live"});
  support::writes(what.world);
  saves(what);
  const stream_record after = attach(what);
  CHECK((after.mux == streams::mux_side{"live", "playback", "output"}));
  CHECK_FALSE(std::ranges::contains(after.warnings, streams::backup_unavailable, &streams::warning::code));
  CHECK(effects_of(what.world) == texts{"POST /live-streams", make_output, fact + "live", save});
  CHECK(what.round.counts().backups_attached == 1);
  const auto made = json::document::parse(what.world.asked<edge::operation::fetch>().at(1).body);
  REQUIRE(made);
  CHECK(made->root()["passthrough"].text() == tag_of(id));
}

TEST_CASE("What an earlier run made is taken, the oldest of several, and nothing is made twice") {
  run what;
  finds(what);
  lists_live_streams(what, {{.id = "young", .tag = tag_of(id), .created = now - 10min},
                            {.id = "old", .tag = tag_of(id), .created = now - 20min}});
  lists_outputs(what, {{"toYoung", "young"}, {"toOld", "old"}});
  support::writes(what.world);
  saves(what);
  CHECK((attach(what).mux == streams::mux_side{"old", "playback", "toOld"}));
  CHECK(calls_of(what.world) == texts{find_live_stream, list_outputs});
}

TEST_CASE("While a stream is being created, its creation comes first") {
  run what;
  reads(what.world, {"an intent"});
  CHECK_FALSE(attach(what).mux);
  CHECK(calls_of(what.world).empty());
}

TEST_CASE("A stream that has got a backup or ended since is only saved") {
  const change attached{.id = std::string{name_of(change_kind::backup_attached)} + "live",
                        .kind = change_kind::backup_attached,
                        .at = now - 1min,
                        .backup = streams::mux_side{"live", "playback", "output"}};
  for (const change& each : {attached, change::only(change_kind::ended, now - 1min)}) {
    run what;
    finds(what, {entry_of(each)});
    saves(what);
    (void)attach(what);
    CHECK(effects_of(what.world) == texts{save});
    CHECK(what.round.counts().backups_attached == 0);
  }
}

TEST_CASE("A backup is attached to a stream that awaits one, from two minutes to thirty days old") {
  const auto aged = [](std::chrono::microseconds age) {
    stream_record stream = waiting();
    stream.created_at = now - age;
    stream.folded_at = stream.created_at;
    return stream;
  };
  CHECK(is_attached_to(aged(2min)));
  CHECK_FALSE(is_attached_to(aged(2min - 1us)));
  CHECK(is_attached_to(aged(std::chrono::days{30} - 1us)));
  CHECK_FALSE(is_attached_to(aged(std::chrono::days{30})));
  CHECK_FALSE(is_attached_to(stream_at(id)));
}

TEST_CASE("While Mux's list is not read to its end, no second live stream is made") {
  run what;
  finds(what);
  for (int page = 0; page < 4; ++page) {
    lists_live_streams(what, {}, 100);
  }
  CHECK_FALSE(attach(what).mux);
  CHECK(effects_of(what.world).empty());
  CHECK((what.round.counts().left == 1 && what.round.counts().failures == 0));
}

TEST_CASE("After a failure the stream has its turn later, and not before") {
  run what;
  finds(what);
  what.world.answers(503);
  (void)attach(what);
  CHECK(what.round.counts().failures == 1);
  CHECK(what.memory.backups[id].next > now);
  const std::size_t operations = what.world.asked().size();
  (void)attach(what);
  CHECK(what.world.asked().size() == operations);
}

TEST_CASE("A fact that could not be stored leaves the record as it was") {
  run what;
  finds(what);
  lists_live_streams(what, {{.id = "live", .tag = tag_of(id)}});
  lists_outputs(what, {{"output", "live"}});
  support::fails<edge::operation::kv_put>(what.world, edge::error_kind::rejected);
  CHECK_FALSE(attach(what).mux);
  CHECK(effects_of(what.world) == texts{fact + "live"});
}

TEST_CASE("Without Mux or this deployment's id nothing is attached") {
  run without_mux{support::api_settings()};
  (void)attach(without_mux);
  CHECK(without_mux.world.asked().empty());

  const streams::settings with = read(settings_with_mux());
  support::scripted_host world{settings_with_mux()};
  streams::reconcile_memory memory;
  streams::reconcile_round round{world.host(), with, memory};
  std::vector streams{waiting()};
  world.run(attach_backups(round, memory, streams));
  CHECK(world.asked().empty());
}

TEST_CASE("An output that is switched as was last asked is left alone, and any other is switched") {
  for (const bool wanted : {true, false}) {
    for (const bool is_on : {true, false}) {
      run what;
      lists_outputs(what, {{.id = "output", .feeds = "live", .enabled = is_on}});
      support::answers_output(what, {.id = "output", .feeds = "live", .enabled = wanted});
      const auto settled = switches(what, with_change(simulcast(wanted)));
      REQUIRE(settled);
      CHECK(*settled == (wanted == is_on));
      CHECK(calls_of(what.world).size() == (wanted == is_on ? 1 : 2));
    }
  }
  run ended;
  lists_outputs(ended, {{"output", "live"}});
  support::answers_output(ended, {.id = "output", .feeds = "live", .enabled = false});
  CHECK_FALSE(switches(ended, with_change(change::only(change_kind::ended, now - 5min))).value_or(true));
}

TEST_CASE("An output that somebody deleted at Cloudflare is made anew, for the same live stream") {
  run what;
  lists_outputs(what, {{"owners", "elsewhere"}});
  answers_live_stream(what, "live");
  lists_outputs(what, {{"owners", "elsewhere"}});
  support::answers_output(what, {.id = "another", .feeds = "live"});
  support::writes(what.world);
  CHECK_FALSE(switches(what).value_or(true));
  CHECK(effects_of(what.world) == texts{make_output, fact + "live"});
  CHECK(what.world.asked<edge::operation::kv_put>().front().metadata.contains("another"));

  run off;
  lists_outputs(off, {});
  CHECK(switches(off, with_change(simulcast(false))).value_or(false));
  CHECK(calls_of(off.world) == texts{list_outputs});
}

TEST_CASE("Without a backup, or without its live input, nothing is left to switch") {
  run alone;
  CHECK(switches(alone, stream_at(id)).value_or(false));
  CHECK(alone.world.asked().empty());
  run gone;
  support::finds_nothing(gone);
  CHECK(switches(gone).value_or(false));
  run unreachable;
  unreachable.world.answers(503);
  CHECK_FALSE(switches(unreachable));
}

} // namespace backups_test
