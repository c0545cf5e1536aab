// streams::complete_pending_changes: which changes are completed, in which order, and which markers stay.
#include "streams/publish/relay.h"
#include "streams/reconcile/pending_changes.h"
#include "streams/store/credentials.h"
#include "support/catch.h"
#include "support/facts.h"
#include "unit/streams/reconcile/run.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace changes_test {

namespace {

using namespace reconcile_test;
using namespace std::chrono_literals;
using edge::operation::kv_list;
using streams::change;
using streams::change_kind;
using streams::pending_change;
using streams::stream_record;
using support::effects_of;
using support::reads;
using texts = std::vector<std::string>;

const std::string id = stream_id(1);
const std::string marker = "remove intent/" + id + "/c1";
const std::string save = "put stream/" + id;
const std::string disable_input = "POST /live_inputs/input/disable";

// By a request that cannot be at work any more.
pending_change asked(const std::string& name = "c1", edge::timestamp since = now - 2min) {
  return {.stream_id = id, .id = name, .since = since};
}

void complete(run& what, const std::vector<pending_change>& all = {asked()}) {
  what.world.run(complete_pending_changes(what.round, what.memory, all));
}

kv_list::entry entry_of(const change& what, const std::string& below = id) {
  return {.key = "fact/stream/" + below + '/' + what.id, .metadata = what.to_metadata()};
}

void finds(run& to, const stream_record& record, std::vector<kv_list::entry> facts = {}) {
  reads(to.world, {record.to_text()});
  support::lists(to.world, std::move(facts));
}

// The record, and the check for a deletion after it.
void saves(run& to) {
  support::writes(to.world);
  reads(to.world, {"", "index"});
}

void removes_marker(run& to, int how_many = 1) { support::removes(to.world, how_many); }

bool keeps_marker(const run& what) { return !std::ranges::contains(effects_of(what.world), marker); }

// A stream that such a change was asked of.
stream_record stream_with(const change& what, std::string_view live_stream = {}) {
  stream_record stream = stream_at(id, "input", live_stream);
  stream.desired.fold(what);
  stream.broadcasts.fold(what);
  return stream;
}

change asked_of(change_kind kind, std::chrono::microseconds ago = 3min) {
  return change::only(kind, now - ago);
}

change hides(std::chrono::microseconds ago) {
  return {.id = "v", .kind = change_kind::visibility_set, .at = now - ago, .is_private = true};
}

change switches_off(std::chrono::microseconds ago) {
  return {.id = "s", .kind = change_kind::simulcast_set, .at = now - ago, .simulcast = false};
}

edge::environment settings_with_relay() {
  edge::environment all = settings_with_mux();
  all.set("RELAY_URL", "https://relay.example");
  all.set("RELAY_TOKEN_SECRET", std::string(32, 's'));
  all.set("RELAY_CREDENTIAL", std::string(32, 'c'));
  return all;
}

} // namespace

TEST_CASE("A change is left to its request for two minutes") {
  run what;
  complete(what, {asked("c1", now - 2min + 1us)});
  CHECK(what.world.asked().empty());
  CHECK(what.memory.changes.empty());
}

TEST_CASE("A fact whose fold was lost is folded, saved, and its marker removed: no provider is asked") {
  run what;
  const change renamed{.id = "r1", .kind = change_kind::renamed, .at = now - 5min, .title = "New"};
  finds(what, stream_with(asked_of(change_kind::ended)), {entry_of(renamed)});
  saves(what);
  removes_marker(what);
  complete(what, {asked("fold-r1")});
  CHECK(effects_of(what.world) == texts{save, "remove intent/" + id + "/fold-r1"});
  const auto saved = stream_record::from_text(what.world.asked<edge::operation::kv_put>().front().value);
  CHECK((saved && saved->current_title() == "New"));
  CHECK(what.round.counts().changes_completed == 0);
}

TEST_CASE("A record that says everything is not written again") {
  run what;
  finds(what, stream_at(id));
  removes_marker(what, 2);
  complete(what, {asked("fold-a"), asked("fold-b")});
  CHECK(effects_of(what.world) ==
        texts{"remove intent/" + id + "/fold-a", "remove intent/" + id + "/fold-b"});
}

TEST_CASE(
    "A stream that began without its fold is due for a check, and so is one with an unreadable webhook") {
  run begun;
  stream_record stream = stream_at(id);
  stream.method = streams::streaming_method::obs;
  cloudflare::fact connected = support::of_input(cloudflare::fact_kind::input_connected, 0);
  connected.at = now - 3min;
  finds(begun, stream,
        {{.key = "fact/stream/" + id + "/cloudflare-event", .metadata = connected.to_metadata()}});
  saves(begun);
  removes_marker(begun);
  complete(begun, {asked("fold-event")});
  CHECK(begun.memory.checks[id].is_urgent);

  run unreadable;
  finds(unreadable, stream_at(id));
  removes_marker(unreadable);
  complete(unreadable, {asked("fold-check")});
  CHECK(unreadable.memory.checks[id].is_urgent);
}

TEST_CASE("What a late try to add an output has made goes, and the output stays that the owner was told of") {
  run what;
  finds(what, stream_at(id));
  support::lists_outputs(what.world, {{"late", "elsewhere"}, {"told", "elsewhere"}, {"other", "another"}});
  support::deletes(what.world);
  removes_marker(what);
  complete(what, {pending_change::output_of(id, "told", now - 2min)});
  CHECK(effects_of(what.world) ==
        texts{"DELETE /live_inputs/input/outputs/late", "remove intent/" + id + "/fold-output-told"});
}

TEST_CASE("While nobody can tell how often an output is there, its marker stays") {
  run what;
  finds(what, stream_at(id));
  what.world.answers(503);
  complete(what, {pending_change::output_of(id, "told", now - 2min)});
  CHECK(effects_of(what.world).empty());
  CHECK(what.round.counts().failures == 1);
}

TEST_CASE("A fact that was put under its live input counts for the stream that the input belongs to") {
  run what;
  reads(what.world, {id});
  finds(what, stream_at(id));
  const change renamed{.id = "r1", .kind = change_kind::renamed, .at = now - 5min, .title = "New"};
  support::lists(what.world, {entry_of(renamed, "input")});
  saves(what);
  removes_marker(what);
  complete(what, {{.stream_id = "input", .id = "fold-r1", .since = now - 2min}});
  CHECK(effects_of(what.world) == texts{save, "remove intent/input/fold-r1"});
  CHECK(what.world.asked<kv_list>().back().prefix == "fact/stream/input/");
}

TEST_CASE(
    "Nothing is left to do for a live input of which no stream is known, or for a stream that is gone") {
  run unknown;
  reads(unknown.world, {""});
  reads(unknown.world, {""});
  removes_marker(unknown);
  complete(unknown, {{.stream_id = "input", .id = "fold-r1", .since = now - 2min}});
  CHECK(effects_of(unknown.world) == texts{"remove intent/input/fold-r1"});

  run gone;
  reads(gone.world, {""});
  support::lists(gone.world, {entry_of(asked_of(change_kind::deleted)), entry_of(hides(1h))});
  support::removes(gone.world);
  removes_marker(gone);
  complete(gone);
  // The deletion is the last fact to go.
  CHECK(effects_of(gone.world) == texts{"remove fact/stream/" + id + "/v", marker});

  run unread;
  support::fails<edge::operation::kv_get>(unread.world);
  complete(unread, {{.stream_id = "input", .id = "fold-r1", .since = now - 2min}});
  CHECK(effects_of(unread.world).empty());
  CHECK(unread.round.counts().failures == 1);
}

TEST_CASE("A deletion is completed: providers, store, facts, and last the marker") {
  run what;
  finds(what, stream_at(id), {entry_of(asked_of(change_kind::deleted))});
  deletes(what);
  support::removes(what.world, 5);
  support::lists(what.world, {entry_of(hides(1h))});
  support::lists(what.world);
  support::lists(what.world);
  support::removes(what.world);
  removes_marker(what);
  complete(what);
  const texts effects = effects_of(what.world);
  CHECK(effects.front() == "DELETE /live_inputs/input");
  CHECK(texts(effects.end() - 3, effects.end()) ==
        texts{"remove stream/" + id, "remove fact/stream/" + id + "/v", marker});
  CHECK(what.round.counts().changes_completed == 1);

  run failing;
  finds(failing, stream_at(id), {entry_of(asked_of(change_kind::deleted))});
  support::refuses(failing);
  complete(failing);
  CHECK(effects_of(failing.world) == texts{"DELETE /live_inputs/input"});
  CHECK(failing.round.counts().failures == 1);
  CHECK(failing.memory.changes[id].next > now);
}

TEST_CASE("An end is completed, and one that fails is saved as asked and tried again") {
  run what;
  finds(what, stream_at(id), {entry_of(asked_of(change_kind::ended))});
  deletes(what);
  support::writes(what.world); // that it is closed
  saves(what);
  removes_marker(what);
  complete(what);
  CHECK(effects_of(what.world) == texts{disable_input, "put fact/stream/" + id + "/closed", save, marker});

  run failing;
  finds(failing, stream_at(id), {entry_of(asked_of(change_kind::ended))});
  support::refuses(failing);
  saves(failing);
  complete(failing);
  CHECK(effects_of(failing.world) == texts{disable_input, save});
  CHECK(failing.round.counts().failures == 1);

  run closed;
  stream_record stream = stream_with(asked_of(change_kind::ended));
  stream.desired.fold(asked_of(change_kind::closed));
  finds(closed, stream);
  removes_marker(closed);
  complete(closed);
  CHECK(effects_of(closed.world) == texts{marker});
}

TEST_CASE("A stop is repeated as of its own time, while a right from before it may still be valid") {
  const auto stop = [](std::chrono::microseconds ago, int status) {
    run what{settings_with_relay()};
    stream_record stream = stream_with(asked_of(change_kind::stopped, ago));
    stream.ingest = streams::ingest_plan::relay;
    finds(what, stream);
    what.world.answers(status);
    removes_marker(what);
    complete(what);
    // The relay lets go on who was allowed back since.
    for (const auto& each : what.world.asked<edge::operation::fetch>()) {
      const auto token = std::string{each.headers.find("authorization").value_or("")}.substr(7);
      CHECK((admits(*what.with.relay, token, id, streams::relay_scope::close, now) == now - ago));
    }
    return effects_of(what.world);
  };
  const std::string order = "DELETE https://relay.example/whip/" + id;
  CHECK(stop(3min, 200) == texts{order, marker});
  CHECK(stop(3min, 503) == texts{order});
  CHECK(stop(1h, 200) == texts{marker});
}

TEST_CASE("A switch of the backup is left to its request, applied, and checked once more after that") {
  run young;
  finds(young, stream_with(switches_off(2min - 1us), "live"));
  complete(young);
  CHECK((effects_of(young.world).empty() && young.memory.changes[id].fruitless == 1));

  for (const bool is_on : {true, false}) {
    run what;
    finds(what, stream_with(switches_off(2min), "live"));
    lists_outputs(what, {{.id = "output", .feeds = "live", .enabled = is_on}});
    support::answers_output(what, {.id = "output", .feeds = "live", .enabled = false});
    removes_marker(what);
    complete(what);
    CHECK(keeps_marker(what) == is_on);
  }
}

TEST_CASE("Credentials of a rotation that was cut short are read from the provider and stored") {
  run what;
  const stream_record stream = stream_with(asked_of(change_kind::rotated, 2min));
  finds(what, stream);
  support::reads_stream(what.world, stream.to_text());
  answers_input(what, "input");
  what.world.next<edge::operation::seal>("sealed");
  support::writes(what.world);
  removes_marker(what);
  complete(what);
  CHECK(effects_of(what.world) == texts{"put credentials/" + id, marker});

  run young;
  finds(young, stream_with(asked_of(change_kind::rotated, 2min - 1us)));
  complete(young);
  CHECK(effects_of(young.world).empty());
}

TEST_CASE("A change of visibility is left to its request, and then applied") {
  run young;
  finds(young, stream_with(hides(2min - 1us)));
  complete(young);
  CHECK(effects_of(young.world).empty());

  run what;
  finds(what, stream_with(hides(2min)));
  support::answers(what.world, support::live_input("input", "tag", true));
  support::lists_videos(what, {});
  removes_marker(what);
  complete(what);
  CHECK(effects_of(what.world) == texts{"PUT /live_inputs/input", marker});
}

TEST_CASE("A recording that was to be deleted goes, although the end of the stream fails") {
  stream_record stream = stream_with(asked_of(change_kind::ended));
  stream.broadcasts.fold(change::of(
      streams::removed_recording{.source = streams::recording_source::cloudflare, .recording_id = "video"},
      now - 3min));
  run what;
  finds(what, stream);
  what.world.answers(400, R"({"success":false,"errors":[]})");
  deletes(what);
  support::writes(what.world); // that it is done
  saves(what);
  complete(what);
  CHECK(support::calls_of(what.world) == texts{disable_input, "DELETE /video"});
  CHECK(keeps_marker(what));
}

TEST_CASE("A marker that could not be removed stays for a later run, and the next one with it") {
  run what;
  finds(what, stream_at(id));
  support::fails<edge::operation::kv_remove>(what.world, edge::error_kind::rejected);
  complete(what, {asked("c1"), asked("c2")});
  CHECK(effects_of(what.world) == texts{marker});
  CHECK(what.memory.changes[id].next > now);
  CHECK(what.round.counts().changes_completed == 0);
}

TEST_CASE("A stream that was put off, or that the run has no calls for, is left alone") {
  run put_off;
  put_off.memory.changes[id].next = now + 1us;
  complete(put_off);
  CHECK(put_off.world.asked().empty());

  run spent;
  spent.world.host().advance_clock(now + edge::milliseconds{streams::reconcile_round::time_budget});
  complete(spent);
  CHECK(spent.world.asked().empty());
  CHECK(spent.round.counts().left == 1);
}

} // namespace changes_test
