// streams::resolve_interrupted_creations: which creations are completed and which are undone, and in what
// order.
#include "streams/reconcile/interrupted_creations.h"
#include "streams/store/keys.h"
#include "support/catch.h"
#include "support/facts.h"
#include "unit/streams/reconcile/run.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace interrupted_test {

namespace {

using namespace reconcile_test;
using namespace std::chrono_literals;
using edge::operation::kv_remove;
using support::calls_of;
using support::effects_of;
using support::keys_of;
using support::reads_stream;
using texts = std::vector<std::string>;

const std::string id = stream_id(1);
const std::string find_input = "GET /live_inputs?include_counts=true";
const std::string find_live_stream = "GET /live-streams?limit=100&page=1";

streams::intent begun(edge::timestamp at = now - grace) {
  return {.stream_id = id, .tag = tag_of(id), .created_by = "owner", .memorial_id = "m1", .created_at = at};
}

void resolve(run& what, const streams::intent& intent = begun()) {
  what.world.run(resolve_interrupted_creations(what.round, {intent}));
}

// A stream whose record is there, with these facts next to it.
void finds_record(run& to, const streams::stream_record& record,
                  std::vector<edge::operation::kv_list::entry> facts = {}) {
  reads_stream(to.world, record.to_text());
  support::lists(to.world, std::move(facts));
}

// The keys of a stream that can be removed in one creation, and the keys of its inputs.
constexpr int keys_of_a_stream = 6;

std::size_t place_of(const texts& effects, const std::string& one) {
  const auto found = std::ranges::find(effects, one);
  REQUIRE(found != effects.end());
  return static_cast<std::size_t>(found - effects.begin());
}

} // namespace

TEST_CASE("A creation is left alone until its grace period is over") {
  run early;
  resolve(early, begun(now - grace + 1us));
  CHECK(early.world.asked().empty());
  run due;
  reads_stream(due.world, "");
  lists_live_streams(due, {});
  lists_inputs(due, {});
  support::removes(due.world, keys_of_a_stream);
  resolve(due);
  CHECK(due.round.counts().creations_undone == 1);
}

TEST_CASE("An intent that is not whole is left alone: nothing could be told from what is not ours") {
  streams::intent without_stream = begun();
  without_stream.stream_id = "7zy";
  without_stream.tag = tag_of("7zy");
  streams::intent of_another = begun();
  of_another.tag = tag_of(stream_id(2));
  streams::intent without_tag = begun();
  without_tag.tag.clear();
  for (const streams::intent& each : {without_stream, of_another, without_tag}) {
    run what;
    resolve(what, each);
    CHECK(what.world.asked().empty());
    CHECK(what.round.counts().failures == 0);
  }
}

TEST_CASE("Without a record a creation is undone: objects first, then their keys and its own, and last the "
          "intent") {
  run what;
  reads_stream(what.world, "");
  lists_live_streams(what,
                     {{.id = "ours", .tag = tag_of(id)}, {.id = "another", .tag = tag_of(stream_id(2))}});
  deletes(what, true);
  lists_inputs(what, {{.id = "input1", .tag = tag_of(id)}, {.id = "input2", .tag = tag_of(stream_id(2))}});
  deletes(what);
  support::removes(what.world, keys_of_a_stream);
  resolve(what);
  const texts effects = effects_of(what.world);
  CHECK(texts(effects.begin(), effects.begin() + 3) ==
        texts{"DELETE /live-streams/ours", "DELETE /live_inputs/input1", "remove by-input/input1"});
  CHECK(effects.back() == "remove intent/" + id);
  for (const std::string& key : {"stream/" + id, "credentials/" + id, "by-memorial/m1/" + id,
                                 streams::keys::streams_of_user("owner") + id}) {
    CHECK(place_of(effects, "remove " + key) < effects.size() - 1);
  }
  CHECK(effects.size() == 8);
  CHECK(what.round.counts().creations_undone == 1);
  CHECK(what.round.counts().creations_completed == 0);
}

TEST_CASE("A creation whose object is gone at a provider is undone, with the keys that its record names") {
  for (const bool at_mux : {false, true}) {
    run what;
    finds_record(what, stream_at(id, "gone", "live1"));
    if (at_mux) {
      answers_input(what, "gone");
    }
    what.world.answers(404, R"({"success":false,"errors":[]})");
    lists_live_streams(what, {});
    lists_inputs(what, {});
    support::removes(what.world, keys_of_a_stream);
    resolve(what);
    CHECK(what.round.counts().creations_undone == 1);
    CHECK(std::ranges::contains(keys_of<kv_remove>(what.world), "by-input/gone"));
  }
}

TEST_CASE(
    "A creation that exists is completed: second outputs and spare live streams go, then it is indexed, "
    "and last the intent goes") {
  run what;
  finds_record(what, stream_at(id, "input1", "live1"));
  answers_input(what, "input1");
  answers_live_stream(what, "live1");
  lists_live_streams(what, {{.id = "live1", .tag = tag_of(id)}, {.id = "spare", .tag = tag_of(id)}});
  lists_outputs(what,
                {{"output", "live1"}, {"second", "live1"}, {"extra", "spare"}, {"owners", "elsewhere"}});
  deletes(what);
  deletes(what);
  deletes(what, true);
  support::writes(what.world, 2);
  support::removes(what.world);
  resolve(what);
  CHECK(effects_of(what.world) ==
        texts{"DELETE /live_inputs/input1/outputs/second", "DELETE /live_inputs/input1/outputs/extra",
              "DELETE /live-streams/spare", "put " + streams::keys::streams_of_user("owner") + id,
              "put by-input/input1", "remove intent/" + id});
  CHECK(what.round.counts().creations_completed == 1);
  CHECK(what.round.counts().creations_undone == 0);
}

TEST_CASE("While the backup is still to be chosen, no live stream is spare, but an output made twice is") {
  streams::stream_record waiting = stream_at(id, "input1");
  waiting.warnings = {{.code = std::string{streams::backup_unavailable}, .detail = "off"}};
  run what;
  finds_record(what, waiting);
  answers_input(what, "input1");
  lists_outputs(what, {{"owners", "elsewhere"}, {"late", "elsewhere"}});
  deletes(what);
  support::writes(what.world, 2);
  support::removes(what.world);
  resolve(what);
  CHECK(calls_of(what.world) == texts{"GET /live_inputs/input1", "GET /live_inputs/input1/outputs",
                                      "DELETE /live_inputs/input1/outputs/late"});
  CHECK(what.round.counts().creations_completed == 1);
}

TEST_CASE("A stream that was broadcast to is never undone, whatever somebody has deleted since") {
  run what;
  finds_record(what, stream_at(id, "gone"),
               {{.key = "fact/stream/" + id + "/cloudflare-event",
                 .metadata = support::of_input(cloudflare::fact_kind::input_connected, 0).to_metadata()}});
  lists_live_streams(what, {});
  support::finds_nothing(what);
  support::writes(what.world, 2);
  support::removes(what.world);
  resolve(what);
  CHECK(calls_of(what.world) == texts{find_live_stream, "GET /live_inputs/gone/outputs"});
  CHECK(what.round.counts().creations_completed == 1);
}

TEST_CASE("While nobody can tell whether it exists, a creation is neither completed nor undone") {
  for (const bool at_mux : {false, true}) {
    run what;
    finds_record(what, stream_at(id, "input1", "live1"));
    if (at_mux) {
      answers_input(what, "input1");
    }
    what.world.answers(503);
    resolve(what);
    CHECK(effects_of(what.world).empty());
    CHECK(what.round.counts().failures == 1);
  }
  run unread;
  support::fails<edge::operation::kv_get>(unread.world);
  resolve(unread);
  CHECK(effects_of(unread.world).empty());
  CHECK(unread.round.counts().failures == 1);
}

TEST_CASE("An object that could not be deleted keeps the intent, and the record's keys") {
  run at_mux;
  reads_stream(at_mux.world, "");
  lists_live_streams(at_mux, {{.id = "ours", .tag = tag_of(id)}});
  at_mux.world.answers(503);
  resolve(at_mux);
  CHECK(keys_of<kv_remove>(at_mux.world).empty());
  CHECK(at_mux.round.counts().failures == 1);

  run at_cloudflare;
  reads_stream(at_cloudflare.world, "");
  lists_live_streams(at_cloudflare, {});
  lists_inputs(at_cloudflare, {{.id = "input1", .tag = tag_of(id)}});
  at_cloudflare.world.answers(503);
  resolve(at_cloudflare);
  CHECK(keys_of<kv_remove>(at_cloudflare.world).empty());
  CHECK(at_cloudflare.round.counts().creations_undone == 0);
}

TEST_CASE(
    "While Mux's list is not read to its end, a creation is not undone, and the next run goes on there") {
  run what;
  reads_stream(what.world, "");
  for (int page = 0; page < 4; ++page) {
    lists_live_streams(what, {}, 100);
  }
  resolve(what);
  CHECK(effects_of(what.world).empty());
  CHECK(calls_of(what.world).size() == 4);
  CHECK(what.round.counts().left == 1);
  CHECK(what.round.counts().failures == 0);
  REQUIRE(what.memory.searches.contains(id));

  run next;
  next.memory = what.memory;
  reads_stream(next.world, "");
  lists_live_streams(next, {});
  lists_inputs(next, {});
  support::removes(next.world, keys_of_a_stream);
  resolve(next);
  CHECK(calls_of(next.world) == texts{"GET /live-streams?limit=100&page=4", find_input});
  CHECK(next.memory.searches.empty());
  CHECK(next.round.counts().creations_undone == 1);
}

TEST_CASE("While Mux's list is not read to its end, there may be spare live streams, and the intent stays") {
  run what;
  finds_record(what, stream_at(id, "input1"));
  answers_input(what, "input1");
  for (int page = 0; page < 4; ++page) {
    lists_live_streams(what, {}, 100);
  }
  lists_outputs(what, {});
  resolve(what);
  CHECK(effects_of(what.world).empty());
  CHECK(what.round.counts().left == 1);
  CHECK(what.round.counts().creations_completed == 0);
}

TEST_CASE("Mux's list is read no further back than the stream can have been created") {
  const auto pages = [](edge::timestamp oldest) {
    run what;
    reads_stream(what.world, "");
    std::vector<listed> others(100, {.id = "other", .tag = "of-others", .created = oldest});
    lists_live_streams(what, others);
    lists_live_streams(what, {});
    lists_inputs(what, {});
    support::removes(what.world, keys_of_a_stream);
    resolve(what);
    return std::ranges::count_if(calls_of(what.world),
                                 [](const std::string& call) { return call.contains("live-streams"); });
  };
  const edge::timestamp earliest = now - 1h - 5min;
  CHECK(pages(earliest) == 2);
  CHECK(pages(earliest - 1s) == 1);
}

TEST_CASE("Without Mux in the settings, what is at Cloudflare decides") {
  run what{support::api_settings()};
  reads_stream(what.world, "");
  lists_inputs(what, {{.id = "input1", .tag = tag_of(id)}});
  deletes(what);
  support::removes(what.world, keys_of_a_stream);
  resolve(what);
  CHECK(what.round.counts().creations_undone == 1);
  CHECK(calls_of(what.world) == texts{find_input, "DELETE /live_inputs/input1"});

  run complete{support::api_settings()};
  finds_record(complete, stream_at(id, "input1", "live1"));
  answers_input(complete, "input1");
  lists_outputs(complete, {});
  support::writes(complete.world, 2);
  support::removes(complete.world);
  resolve(complete);
  CHECK(complete.round.counts().creations_completed == 1);
}

TEST_CASE("Creations beyond their share of the calls are left to the next run") {
  run what;
  what.world.host().advance_clock(now + edge::milliseconds{streams::reconcile_round::time_budget} / 4);
  resolve(what);
  CHECK(what.world.asked().empty());
  CHECK(what.round.counts().left == 1);
}

} // namespace interrupted_test
