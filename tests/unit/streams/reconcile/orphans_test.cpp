// streams::sweep_orphans: what a sweep deletes, and above all what it does not.
#include "streams/reconcile/orphans.h"
#include "support/catch.h"
#include "unit/streams/reconcile/run.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace sweep_test {

namespace {

using namespace reconcile_test;
using namespace std::chrono_literals;
using support::calls_of;
using support::reads;
using support::reads_stream;
using calls = std::vector<std::string>;

const std::string list_of_inputs = "GET /live_inputs?include_counts=true";

std::string page(int number) { return "GET /live-streams?limit=100&page=" + std::to_string(number); }

// All that was deleted.
calls deleted_by(const run& what) {
  calls all = calls_of(what.world);
  std::erase_if(all, [](const std::string& each) { return !each.starts_with("DELETE"); });
  return all;
}

void sweep(run& what) { what.world.run(sweep_orphans(what.round, what.memory)); }

listed input_of(int stream, edge::timestamp created = now - grace) {
  return {.id = "input" + std::to_string(stream), .tag = tag_of(stream_id(stream)), .created = created};
}

listed live_stream_of(int stream, edge::timestamp created = now - grace) {
  return {.id = "live" + std::to_string(stream), .tag = tag_of(stream_id(stream)), .created = created};
}

// Streams that use the objects that the list shows, so that a few orphans are not a tenth.
std::vector<listed> used(int how_many, std::vector<listed> and_these = {}) {
  for (int i = 0; i < how_many; ++i) {
    and_these.push_back(input_of(1000 + i));
  }
  return and_these;
}

// The records of all streams in a list, those of `lost` left out.
void reads_records(run& to, const std::vector<listed>& all, const std::vector<int>& lost = {}) {
  std::vector<std::string> values;
  for (const listed& each : all) {
    const std::string id = each.tag.substr(each.tag.rfind(':') + 1);
    const bool is_lost = std::ranges::any_of(lost, [&](int stream) { return stream_id(stream) == id; });
    values.push_back(is_lost ? "" : stream_at(id, each.id, each.id).to_text());
  }
  reads(to.world, values);
}

// What is read of an orphaned live input before it is deleted: no intent and no record, but the input.
void finds_orphan(run& to, const std::string& input) {
  reads(to.world, {""});
  reads_stream(to.world, "");
  answers_input(to, input);
}

// Whether the sweep deleted a lone live input of which the store knows nothing.
bool deletes_input(const listed& one) {
  run what;
  lists_inputs(what, {one});
  lists_live_streams(what, {});
  reads(what.world, {""});
  finds_orphan(what, one.id);
  deletes(what);
  sweep(what);
  return deleted_by(what) == calls{"DELETE /live_inputs/" + one.id};
}

bool deletes_live_stream(const listed& one) {
  run what;
  lists_inputs(what, {});
  lists_live_streams(what, {one});
  reads(what.world, {""});
  reads(what.world, {""});
  reads_stream(what.world, "");
  deletes(what, true);
  sweep(what);
  const bool is_deleted = deleted_by(what) == calls{"DELETE /live-streams/" + one.id};
  CHECK(what.round.counts().orphans_deleted == (is_deleted ? 1U : 0U));
  return is_deleted;
}

// A live stream of that stream, which the store knows with another one.
void finds_spare(run& what, const streams::stream_record& record) {
  lists_inputs(what, {});
  lists_live_streams(what, {{.id = "spare", .tag = tag_of(record.id)}});
  reads(what.world, {record.to_text()});
  reads(what.world, {""});
  reads_stream(what.world, record.to_text());
}

// The same for a live stream whose stream the store knows with another one, and with that fact about it.
bool deletes_spare(const streams::stream_record& record, const std::vector<streams::change>& facts = {}) {
  run what;
  finds_spare(what, record);
  std::vector<edge::operation::kv_list::entry> known;
  known.reserve(facts.size());
  for (const streams::change& each : facts) {
    known.push_back({.key = "fact/stream/" + record.id + '/' + each.id, .metadata = each.to_metadata()});
  }
  support::lists(what.world, std::move(known));
  lists_outputs(what, {});
  deletes(what, true);
  sweep(what);
  return std::ranges::contains(deleted_by(what), "DELETE /live-streams/spare");
}

streams::change attached(const std::string& live_stream, edge::timestamp at) {
  return {.id = "backup" + live_stream,
          .kind = streams::change_kind::backup_attached,
          .at = at,
          .backup = streams::mux_side{live_stream, "playback", "output"}};
}

} // namespace

TEST_CASE("An object whose stream the store does not know is deleted once its grace period is over") {
  CHECK(deletes_input(input_of(1, now - grace)));
  CHECK_FALSE(deletes_input(input_of(1, now - grace + 1ms)));
  CHECK(deletes_live_stream(live_stream_of(1, now - grace)));
  CHECK_FALSE(deletes_live_stream(live_stream_of(1, now - grace + 1s)));
}

TEST_CASE("An object of unknown age stays") {
  CHECK_FALSE(deletes_input({.id = "input1", .tag = tag_of(stream_id(1)), .created = {}}));
  CHECK_FALSE(deletes_live_stream({.id = "live1", .tag = tag_of(stream_id(1)), .created = {}}));
}

TEST_CASE("An object whose tag is not this deployment's stays, and those of its namesakes are counted") {
  const std::string other = tag_of(stream_id(1), "fedcba9876543210");
  const std::string without_id = streams::tag_of("main", stream_id(1));
  const std::string named_otherwise = streams::tag_of("test-0123456789abcdef", stream_id(1));
  for (const auto& [tag, is_namesake] :
       std::vector<std::pair<std::string, bool>>{{other, true},
                                                 {without_id, true},
                                                 {named_otherwise, false},
                                                 {tag_of("no-stream"), false},
                                                 {"x", false}}) {
    INFO(tag);
    run what;
    lists_inputs(what, {{.id = "input1", .tag = tag}});
    lists_live_streams(what, {{.id = "live1", .tag = tag}});
    sweep(what);
    CHECK(calls_of(what.world) == calls{list_of_inputs, page(1)});
    CHECK(what.round.counts().foreign == (is_namesake ? 2U : 0U));
    CHECK(what.memory.foreign == (is_namesake ? 2U : 0U));
    CHECK(what.round.counts().failures == 0);
  }
}

TEST_CASE("An object that its stream's record mentions stays, and nothing more is read of it") {
  run what;
  lists_inputs(what, {input_of(1)});
  lists_live_streams(what, {live_stream_of(1)});
  reads(what.world, {stream_at(stream_id(1), "input1", "live1").to_text(),
                     stream_at(stream_id(1), "input1", "live1").to_text()});
  sweep(what);
  CHECK(calls_of(what.world) == calls{list_of_inputs, page(1)});
  CHECK(what.world.asked<edge::operation::kv_get>().size() == 1);
}

TEST_CASE("The records of more than a hundred streams are read a hundred at a time") {
  const std::vector<listed> all = used(150);
  run what;
  lists_inputs(what, all);
  lists_live_streams(what, {});
  reads_records(what, {all.begin(), all.begin() + 100});
  reads_records(what, {all.begin() + 100, all.end()});
  sweep(what);
  const auto gets = what.world.asked<edge::operation::kv_get>();
  REQUIRE(gets.size() == 2);
  CHECK((gets.front().keys.size() == 100 && gets.back().keys.size() == 50));
  CHECK(deleted_by(what).empty());
}

TEST_CASE("An object that an intent names stays") {
  run what;
  lists_inputs(what, {input_of(1)});
  lists_live_streams(what, {});
  reads(what.world, {""});
  reads(what.world, {"an intent"});
  sweep(what);
  CHECK(deleted_by(what).empty());
  CHECK(what.world.asked<edge::operation::kv_get>().back().keys ==
        std::vector<std::string>{"intent/" + stream_id(1)});
}

TEST_CASE("An object that its stream has got since stays") {
  const streams::stream_record other = stream_at(stream_id(1), "input1");
  CHECK(deletes_spare(other));
  CHECK_FALSE(deletes_spare(other, {attached("spare", now - 1h)}));
  run what;
  lists_inputs(what, {input_of(1)});
  lists_live_streams(what, {});
  reads(what.world, {""});
  reads(what.world, {""});
  reads_stream(what.world, stream_at(stream_id(1), "input1").to_text());
  support::lists(what.world);
  sweep(what);
  CHECK(deleted_by(what).empty());
}

TEST_CASE(
    "A live stream stays while its stream awaits a backup, or got or gave up one within the grace period") {
  streams::stream_record waiting = stream_at(stream_id(1));
  waiting.warnings = {{.code = std::string{streams::backup_unavailable}, .detail = "off"}};
  CHECK_FALSE(deletes_spare(waiting));
  const streams::stream_record other = stream_at(stream_id(1));
  CHECK(deletes_spare(other, {attached("other", now - grace)}));
  CHECK_FALSE(deletes_spare(other, {attached("other", now - grace + 1s)}));
  const auto ended = [](edge::timestamp at) {
    return streams::change::only(streams::change_kind::ended, at);
  };
  CHECK(deletes_spare(other, {ended(now - grace)}));
  CHECK_FALSE(deletes_spare(other, {ended(now - grace + 1s)}));
}

TEST_CASE("The live input of a stream that awaits its backup goes all the same if the stream has another") {
  streams::stream_record waiting = stream_at(stream_id(1), "another");
  waiting.warnings = {{.code = std::string{streams::backup_unavailable}, .detail = "off"}};
  run what;
  lists_inputs(what, {input_of(1)});
  lists_live_streams(what, {});
  reads(what.world, {waiting.to_text()});
  reads(what.world, {""});
  reads_stream(what.world, waiting.to_text());
  support::lists(what.world);
  answers_input(what, "input1");
  deletes(what);
  sweep(what);
  CHECK(deleted_by(what) == calls{"DELETE /live_inputs/input1"});
}

TEST_CASE("What somebody broadcasts to stays") {
  for (const auto& [state, goes] : std::vector<std::pair<std::string, bool>>{
           {"connected", false}, {"disconnected", true}, {"new word", false}}) {
    INFO(state);
    run what;
    lists_inputs(what, {input_of(1)});
    lists_live_streams(what, {});
    reads(what.world, {""});
    reads(what.world, {""});
    reads_stream(what.world, "");
    answers_input(what, "input1", state);
    deletes(what);
    sweep(what);
    CHECK(deleted_by(what).empty() == !goes);
    CHECK(what.round.counts().orphans_deleted == (goes ? 1U : 0U));
  }
  listed active = live_stream_of(1);
  active.status = "active";
  CHECK_FALSE(deletes_live_stream(active));
}

TEST_CASE("A live input that cannot be looked at stays, and only one that is gone is no failure") {
  for (const int status : {404, 503}) {
    run what;
    lists_inputs(what, {input_of(1)});
    lists_live_streams(what, {});
    reads(what.world, {""});
    reads(what.world, {""});
    reads_stream(what.world, "");
    what.world.answers(status);
    sweep(what);
    CHECK(deleted_by(what).empty());
    CHECK(what.round.counts().orphans_deleted == 0);
    CHECK(what.round.counts().failures == (status == 404 ? 0U : 1U));
  }
}

TEST_CASE("A live stream goes after the output that feeds it, and the outputs that the owner added stay") {
  const streams::stream_record other = stream_at(stream_id(1));
  run what;
  finds_spare(what, other);
  support::lists(what.world);
  lists_outputs(what, {{"owners", "elsewhere"}, {"ours", "spare"}});
  deletes(what);
  deletes(what, true);
  sweep(what);
  CHECK(deleted_by(what) == calls{"DELETE /live_inputs/input/outputs/ours", "DELETE /live-streams/spare"});
}

TEST_CASE("A live stream goes at once if its stream is not at Cloudflare, where an output could feed it") {
  streams::stream_record into_mux = stream_at(stream_id(1), "", "another");
  into_mux.ingest = streams::ingest_plan::mux;
  into_mux.cloudflare.reset();
  run what;
  finds_spare(what, into_mux);
  support::lists(what.world);
  deletes(what, true);
  sweep(what);
  CHECK(calls_of(what.world) == calls{list_of_inputs, page(1), "DELETE /live-streams/spare"});
}

TEST_CASE("Objects that their streams do not use are no doubt about the store") {
  std::vector<listed> spares;
  std::vector<std::string> records;
  for (int i = 1; i <= 3; ++i) {
    spares.push_back(input_of(i));
    records.push_back(stream_at(stream_id(i), "another").to_text());
  }
  run what;
  lists_inputs(what, spares);
  lists_live_streams(what, {});
  reads(what.world, records);
  for (int i = 1; i <= 3; ++i) {
    finds_orphan(what, "input" + std::to_string(i));
    deletes(what);
  }
  sweep(what);
  CHECK(deleted_by(what).size() == 3);
}

TEST_CASE("A sweep that would delete more than two objects and more than a tenth deletes nothing") {
  const auto stops = [](int others, const std::vector<int>& lost) {
    std::vector<listed> orphans;
    orphans.reserve(lost.size());
    for (const int each : lost) {
      orphans.push_back(input_of(each));
    }
    const std::vector<listed> all = used(others, orphans);
    run what;
    lists_inputs(what, all);
    lists_live_streams(what, {});
    reads_records(what, all, lost);
    for (const int each : lost) {
      finds_orphan(what, "input" + std::to_string(each));
      deletes(what);
    }
    sweep(what);
    const bool stopped = !what.round.counts().stopped.empty();
    CHECK(deleted_by(what).size() == (stopped ? 0 : lost.size()));
    CHECK(what.memory.stopped == what.round.counts().stopped);
    return stopped;
  };
  CHECK_FALSE(stops(0, {1, 2}));
  CHECK(stops(26, {1, 2, 3}));
  CHECK_FALSE(stops(27, {1, 2, 3}));
}

TEST_CASE("What stopped a sweep holds for its later pages, and ends with the next sweep") {
  run what;
  what.memory.mux_page = 2;
  what.memory.stopped = "doubt";
  lists_live_streams(what, {live_stream_of(1)});
  reads(what.world, {""});
  sweep(what);
  CHECK(deleted_by(what).empty());
  CHECK_FALSE(what.round.counts().stopped.empty());
  CHECK(calls_of(what.world) == calls{page(2)});
  CHECK((what.memory.mux_page == 1 && what.memory.swept == now));

  run next;
  next.memory.stopped = "doubt";
  next.memory.foreign = 7;
  lists_inputs(next, {});
  lists_live_streams(next, {});
  sweep(next);
  CHECK(next.memory.stopped.empty());
  CHECK(next.memory.foreign == 0);
  CHECK(next.round.counts().stopped.empty());
}

TEST_CASE("A sweep deletes five objects, and leaves the others to the next run") {
  std::vector<listed> orphans;
  std::vector<int> lost;
  for (int i = 1; i <= 6; ++i) {
    orphans.push_back(input_of(i));
    lost.push_back(i);
  }
  const std::vector<listed> all = used(60, orphans);
  run what;
  lists_inputs(what, all);
  lists_live_streams(what, {}, 100);
  reads_records(what, all, lost);
  for (int i = 1; i <= 5; ++i) {
    finds_orphan(what, "input" + std::to_string(i));
    deletes(what);
  }
  sweep(what);
  CHECK(deleted_by(what).size() == 5);
  CHECK(what.round.counts().orphans_deleted == 5);
  CHECK(what.round.counts().left == 1);
  CHECK((what.memory.mux_page == 1 && what.memory.swept == edge::timestamp{}));
}

TEST_CASE("Orphans that a run has no time for are left to the next one") {
  run what;
  what.world.takes(16s);
  lists_inputs(what, {input_of(1)});
  lists_live_streams(what, {});
  reads(what.world, {""});
  sweep(what);
  CHECK(what.world.asked<edge::operation::kv_get>().size() == 1);
  CHECK(what.round.counts().left == 1);
  CHECK((what.memory.swept == edge::timestamp{}));
}

TEST_CASE("Each run sweeps one page of live streams, and the last page ends the sweep") {
  run first;
  lists_inputs(first, {});
  lists_live_streams(first, {}, 100);
  sweep(first);
  CHECK(first.memory.mux_page == 2);
  CHECK((first.memory.swept == edge::timestamp{}));

  run last;
  last.memory = first.memory;
  last.memory.foreign = 3;
  last.memory.swept = now; // a sweep that goes on is due at once
  lists_live_streams(last, {{.id = "live1", .tag = tag_of(stream_id(1), "fedcba9876543210")}}, 99);
  last.world.host().advance_clock(now + 1s);
  sweep(last);
  CHECK(calls_of(last.world) == calls{page(2)});
  CHECK(last.memory.mux_page == 1);
  CHECK((last.memory.swept == now + 1s));
  CHECK(last.memory.foreign == 4);
}

TEST_CASE("When one provider's list fails, the other's is swept all the same, and the sweep has not ended") {
  run without_cloudflare;
  without_cloudflare.world.answers(503);
  lists_live_streams(without_cloudflare, {live_stream_of(1)});
  reads(without_cloudflare.world, {""});
  reads(without_cloudflare.world, {""});
  reads_stream(without_cloudflare.world, "");
  deletes(without_cloudflare, true);
  sweep(without_cloudflare);
  CHECK(deleted_by(without_cloudflare) == calls{"DELETE /live-streams/live1"});
  CHECK(without_cloudflare.round.counts().failures == 1);
  CHECK((without_cloudflare.memory.swept == edge::timestamp{}));

  run without_mux;
  lists_inputs(without_mux, {input_of(1)});
  without_mux.world.answers(503);
  reads(without_mux.world, {""});
  finds_orphan(without_mux, "input1");
  deletes(without_mux);
  sweep(without_mux);
  CHECK(deleted_by(without_mux) == calls{"DELETE /live_inputs/input1"});
  CHECK(without_mux.round.counts().failures == 1);
  CHECK((without_mux.memory.swept == edge::timestamp{}));
}

TEST_CASE("A list of live inputs that is cut off is swept as far as it goes, and reported as left") {
  run what;
  lists_inputs(what, {input_of(1)}, 1);
  lists_live_streams(what, {});
  reads(what.world, {""});
  finds_orphan(what, "input1");
  deletes(what);
  sweep(what);
  CHECK(what.memory.is_cut_off);
  CHECK(what.round.counts().left == 1);
  CHECK(deleted_by(what).size() == 1);
  CHECK((what.memory.swept == now));

  run too_large;
  too_large.world.fails(edge::error_kind::too_large);
  lists_live_streams(too_large, {});
  sweep(too_large);
  CHECK(too_large.memory.is_cut_off);
  CHECK(too_large.round.counts().left == 1);
  CHECK(too_large.round.counts().failures == 0);
  CHECK((too_large.memory.swept == now));

  run later;
  later.memory.mux_page = 2;
  later.memory.is_cut_off = true;
  lists_live_streams(later, {});
  sweep(later);
  CHECK(later.round.counts().left == 0);

  run whole;
  whole.memory.is_cut_off = true;
  lists_inputs(whole, {});
  lists_live_streams(whole, {});
  sweep(whole);
  CHECK_FALSE(whole.memory.is_cut_off);
  CHECK(whole.round.counts().left == 0);
}

TEST_CASE("Without the records nothing is deleted") {
  run what;
  lists_inputs(what, {input_of(1)});
  lists_live_streams(what, {});
  support::fails<edge::operation::kv_get>(what.world);
  sweep(what);
  CHECK(deleted_by(what).empty());
  CHECK(what.round.counts().failures == 1);

  for (const int readable : {0, 1}) {
    run later;
    lists_inputs(later, {input_of(1)});
    lists_live_streams(later, {});
    reads(later.world, {""});
    if (readable == 1) {
      reads(later.world, {""}); // the intent
    }
    support::fails<edge::operation::kv_get>(later.world);
    sweep(later);
    CHECK(deleted_by(later).empty());
    CHECK(later.round.counts().failures == 1);
  }
}

TEST_CASE("A sweep comes once in a grace period, or with rooms once in 96") {
  const auto sweeps = [](edge::timestamp last, const edge::environment& from) {
    run what{from};
    what.memory.swept = last;
    lists_inputs(what, {});
    lists_live_streams(what, {});
    sweep(what);
    return !what.world.asked().empty();
  };
  CHECK(sweeps(now - grace, settings_with_mux()));
  CHECK_FALSE(sweeps(now - grace + 1ms, settings_with_mux()));
  edge::environment rooms = settings_with_mux();
  rooms.set("ROOMS", std::string{edge::environment::bound});
  CHECK(sweeps(now - 96 * grace, rooms));
  CHECK_FALSE(sweeps(now - 96 * grace + 1ms, rooms));
}

TEST_CASE("Without Mux in the settings only the live inputs are swept") {
  run what{support::api_settings()};
  lists_inputs(what, {input_of(1)});
  reads(what.world, {""});
  finds_orphan(what, "input1");
  deletes(what);
  sweep(what);
  CHECK(deleted_by(what) == calls{"DELETE /live_inputs/input1"});
  CHECK((what.memory.swept == now));
}

TEST_CASE("While this deployment's id is unknown nothing is swept") {
  const streams::settings with = read(settings_with_mux());
  support::scripted_host world{settings_with_mux()};
  streams::reconcile_memory memory;
  streams::reconcile_round round{world.host(), with, memory};
  world.run(sweep_orphans(round, memory));
  CHECK(world.asked().empty());
}

} // namespace sweep_test
