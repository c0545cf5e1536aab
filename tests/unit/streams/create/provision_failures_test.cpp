// streams::provisioner: what is left after a failure, and what the intent still names.
#include "support/catch.h"
#include "unit/streams/create/provisioning.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace provision_test {

namespace {

using edge::error_kind;
using edge::operation::kv_put;
using edge::operation::kv_remove;
using streams::failed_step;
using streams::provisioning_failure;
using namespace std::chrono_literals;

// A creation with a live stream and a live input whose output is tried four times, with that result, and is
// not in the list. Its record is stored, or not.
void attaches_nothing(creation& what, error_kind kind, bool is_recorded = true) {
  what.begins();
  what.makes_live_stream();
  what.makes_input();
  what.world.fails(kind);
  for (int tries = 1; tries < most_tries; ++tries) {
    support::lists_outputs(what, {});
    what.world.fails(kind);
  }
  if (is_recorded) {
    what.records();
  } else {
    support::fails<edge::operation::seal>(what, error_kind::rejected);
  }
}

// What is done after the record could not be stored.
texts undone_by(const creation& what) {
  texts effects = what.effects();
  effects.erase(effects.begin(), std::ranges::find(effects, delete_live_stream));
  return effects;
}

} // namespace

TEST_CASE("Without a stored intent no provider is called") {
  for (const bool reads_deployment : {true, false}) {
    creation what;
    if (reads_deployment) {
      support::reads(what, {std::string{deployment_id}});
      support::fails<kv_put>(what, error_kind::rejected);
    } else {
      support::fails<edge::operation::kv_get>(what);
    }
    support::removes(what);
    const provisioning_failure failure = what.fail();
    CHECK((failure.step == failed_step::intent && failure.undone));
    CHECK(what.calls().empty());
  }
}

TEST_CASE("Without a live input the live stream that was made is deleted, and then the intent goes") {
  creation what;
  what.begins();
  what.makes_live_stream();
  what.refuses();
  support::deletes(what, true);
  support::removes(what);
  const provisioning_failure failure = what.fail();
  CHECK((failure.step == failed_step::live_input && failure.cause.kind == error_kind::rejected));
  CHECK(failure.undone);
  CHECK(what.effects() == texts{"put intent/" + id, "POST /live-streams", "POST /live_inputs",
                                delete_live_stream, remove_intent});
}

TEST_CASE("On the plan mux there is no stream without a live stream") {
  creation what;
  what.begins();
  what.refuses();
  support::removes(what);
  const provisioning_failure failure = what.fail(into_mux());
  CHECK((failure.step == failed_step::live_stream && failure.undone));
  CHECK(what.calls() == texts{"POST /live-streams"});

  creation without_mux{support::api_settings()};
  without_mux.begins();
  support::removes(without_mux);
  CHECK((without_mux.fail(into_mux()).step == failed_step::live_stream));
  CHECK(without_mux.calls().empty());
}

TEST_CASE("When the live stream or its output is refused, the stream works and says that it has no backup") {
  creation without_live_stream;
  without_live_stream.begins();
  without_live_stream.refuses();
  without_live_stream.makes_input();
  without_live_stream.records();
  const streams::stream_record alone = without_live_stream.provision().record;
  CHECK(warnings_of(alone) == texts{"backup_unavailable"});
  CHECK((alone.cloudflare && !alone.mux));
  support::removes(without_live_stream);
  without_live_stream.remove_leftovers();
  CHECK(without_live_stream.calls().size() == 2);
  CHECK_FALSE(without_live_stream.keeps_intent());

  creation without_output;
  without_output.begins();
  without_output.makes_live_stream();
  without_output.makes_input();
  without_output.refuses();
  without_output.records();
  CHECK(warnings_of(without_output.provision().record) == texts{"backup_unavailable"});
  support::deletes(without_output, true);
  support::removes(without_output);
  without_output.remove_leftovers();
  const texts effects = without_output.effects();
  CHECK(texts(effects.end() - 2, effects.end()) == texts{delete_live_stream, remove_intent});
}

TEST_CASE("The intent of a stream stays while a live stream for it may come late") {
  creation what;
  what.begins();
  what.world.fails(error_kind::timeout);
  what.makes_input();
  for (int tries = 1; tries < most_tries; ++tries) {
    support::lists_live_streams(what, {});
    what.world.fails(error_kind::timeout);
  }
  what.records();
  CHECK(warnings_of(what.provision().record) == texts{"backup_unavailable"});
  support::lists_live_streams(what, {{.id = "live", .tag = tag}});
  support::deletes(what, true);
  what.remove_leftovers();
  CHECK(what.effects().back() == delete_live_stream);
  CHECK(what.keeps_intent());
}

TEST_CASE("An output that was not attached is deleted, with its live stream, and no other output is") {
  creation what;
  attaches_nothing(what, error_kind::network);
  CHECK(warnings_of(what.provision().record) == texts{"backup_unavailable"});
  support::deletes(what, true);
  support::lists_outputs(what, {{.id = "owners", .feeds = "live"},
                                {.id = "ours", .feeds = "live", .url = what.with.mux->rtmps_url}});
  support::deletes(what);
  support::removes(what);
  what.remove_leftovers();
  const texts effects = what.effects();
  CHECK(texts(effects.end() - 3, effects.end()) ==
        texts{delete_live_stream, "DELETE /live_inputs/input/outputs/ours", remove_intent});
}

TEST_CASE("An output that may exist and cannot be looked for keeps the intent") {
  creation what;
  attaches_nothing(what, error_kind::network);
  (void)what.provision();
  support::deletes(what, true);
  support::refuses(what);
  what.remove_leftovers();
  CHECK(what.calls().back() == "GET" + outputs);
  CHECK(what.keeps_intent());
}

TEST_CASE("An output that may exist has gone with its live input, and nothing is left") {
  creation what;
  attaches_nothing(what, error_kind::network, false);
  support::deletes(what, true);
  support::deletes(what);
  support::finds_nothing(what);
  what.removes_record();
  support::removes(what);
  const provisioning_failure failure = what.fail();
  CHECK((failure.step == failed_step::record && failure.undone));
  const texts calls = what.calls();
  CHECK(texts(calls.end() - 3, calls.end()) == texts{delete_live_stream, delete_input, "GET" + outputs});
  CHECK_FALSE(what.keeps_intent());
}

TEST_CASE("While an output may come late, its live stream stays with the intent: both become the backup") {
  creation what;
  attaches_nothing(what, error_kind::timeout);
  CHECK(warnings_of(what.provision().record) == texts{"backup_unavailable"});
  support::lists_outputs(what, {});
  what.remove_leftovers();
  CHECK_FALSE(std::ranges::contains(what.calls(), delete_live_stream));
  CHECK(what.keeps_intent());
}

TEST_CASE("A record that could not be stored goes with all it names, and the intent goes last") {
  for (const bool is_sealed : {true, false}) {
    creation what;
    what.begins();
    what.makes_live_stream();
    what.makes_input();
    what.makes_output();
    if (is_sealed) {
      what.seals();
      support::fails<kv_put>(what, error_kind::rejected);
      support::writes(what, 4);
    } else {
      support::fails<edge::operation::seal>(what, error_kind::rejected);
    }
    support::deletes(what, true);
    support::deletes(what);
    what.removes_record();
    support::removes(what);
    const provisioning_failure failure = what.fail();
    CHECK((failure.step == failed_step::record && failure.undone));
    texts undone = undone_by(what);
    CHECK(undone.back() == remove_intent);
    CHECK(undone.size() == 8);
    for (const std::string& each :
         {delete_live_stream, delete_input, "remove stream/" + id, "remove credentials/" + id,
          "remove by-memorial/m1/" + id, std::string{"remove by-input/input"},
          "remove " + streams::keys::streams_of_user("owner") + id}) {
      CHECK(std::ranges::contains(undone, each));
    }
  }
}

TEST_CASE("What could not be undone keeps the intent") {
  enum class stays : std::uint8_t { live_stream, input, record };
  for (const stays which : {stays::live_stream, stays::input, stays::record}) {
    creation what;
    what.begins();
    what.makes_live_stream();
    what.makes_input();
    what.makes_output();
    support::fails<edge::operation::seal>(what, error_kind::rejected);
    what.world.answers(which == stays::live_stream ? 403 : 204);
    if (which == stays::input) {
      what.refuses();
    } else {
      support::deletes(what);
    }
    if (which == stays::record) {
      support::fails<kv_remove>(what, error_kind::rejected);
    }
    what.removes_record();
    CHECK_FALSE(what.fail().undone);
    CHECK(what.keeps_intent());
    CHECK(what.calls().size() == 5);
  }
}

TEST_CASE("An intent that could not be removed is reported as left") {
  creation what;
  what.begins();
  what.refuses();
  what.refuses();
  support::fails<kv_remove>(what, error_kind::rejected);
  CHECK_FALSE(what.fail().undone);
}

TEST_CASE("A failed creation that others may be carrying on deletes nothing") {
  creation what;
  what.begins();
  what.makes_live_stream();
  what.refuses();
  streams::wanted_stream wanted = by_encoder();
  wanted.identity->shared = true;
  CHECK_FALSE(what.fail(wanted).undone);
  CHECK(what.effects().size() == 3);
}

TEST_CASE("A creation that has used up its time has time of its own to undo what it made") {
  creation what;
  what.begins();
  what.makes_live_stream();
  what.refuses();
  what.world.takes(5s);
  support::deletes(what, true);
  support::removes(what);
  CHECK(what.fail().undone);
  CHECK(what.world.host().now() > now + streams::provisioner::budget);
}

TEST_CASE("A creation begins no call after its time") {
  creation what;
  what.begins();
  what.world.takes(8s);
  support::removes(what);
  CHECK((what.fail().cause.kind == error_kind::out_of_time));
  CHECK(what.calls().empty());
}

} // namespace provision_test
