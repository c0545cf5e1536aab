// streams::provisioner: what an earlier try, or an earlier request that died, may have made is looked for,
// and nothing is made twice.
#include "support/catch.h"
#include "unit/streams/create/provisioning.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace provision_test {

TEST_CASE("A creation that was begun before looks for what there is at both providers, and makes nothing "
          "twice") {
  creation what;
  what.begins();
  support::lists_live_streams(what, {{.id = "live", .tag = tag}, {.id = "other", .tag = tag + "x"}});
  support::lists_inputs(what, {{.id = "other", .tag = tag + "x"}, {.id = "input", .tag = tag}});
  support::answers_input(what, "input");
  support::lists_outputs(what, {{.id = "elsewhere", .feeds = "live"},
                                {.id = "another", .feeds = "other", .url = what.with.mux->rtmps_url},
                                {.id = "ours", .feeds = "live", .url = what.with.mux->rtmps_url}});
  what.records();
  const streams::stream_record record = what.provision(begun_before()).record;
  CHECK(what.calls() == texts{find_live_streams, find_inputs, "GET /live_inputs/input", "GET" + outputs});
  CHECK((record.mux == streams::mux_side{"live", "playback", "ours"}));
  CHECK(record.cloudflare->live_input_id == "input");
  // What the dead request asked for may still come.
  what.remove_leftovers();
  CHECK(what.keeps_intent());
}

TEST_CASE("What a creation that was begun before does not find, it makes, with a key that was never used") {
  creation what;
  what.begins();
  support::lists_live_streams(what, {});
  support::lists_inputs(what, {});
  what.makes_live_stream();
  what.makes_input();
  support::lists_outputs(what, {});
  what.makes_output();
  what.records();
  (void)what.provision(begun_before());
  const texts keys = keys_for_input(what);
  REQUIRE(keys.size() == 1);
  CHECK(keys.front().starts_with(tag + ':'));
}

TEST_CASE("Mux's list is read no further back than the stream can have been begun") {
  creation what;
  what.begins();
  const std::vector<support::listed> older(
      100,
      {.id = "other", .tag = "of-others", .created = streams::earliest_of(id) - std::chrono::seconds{1}});
  support::lists_live_streams(what, older);
  support::lists_inputs(what, {{.id = "input", .tag = tag}});
  what.makes_live_stream();
  support::answers_input(what, "input");
  support::lists_outputs(what, {});
  what.makes_output();
  what.records();
  (void)what.provision(begun_before());
  CHECK(std::ranges::count(what.calls(), find_live_streams) == 1);
  CHECK_FALSE(std::ranges::contains(what.calls(), "GET /live-streams?limit=100&page=2"));
}

TEST_CASE("After a live stream that may have been made, it is looked for before another one is made") {
  creation found;
  found.begins();
  found.world.answers(503);
  found.makes_input();
  support::lists_live_streams(found, {{.id = "live", .tag = tag}});
  found.makes_output();
  found.records();
  CHECK(found.provision().record.mux->live_stream_id == "live");
  support::removes(found);
  found.remove_leftovers();
  CHECK(found.calls() ==
        texts{"POST /live-streams", "POST /live_inputs", find_live_streams, "POST" + outputs});
  CHECK_FALSE(found.keeps_intent());

  creation lost;
  lost.begins();
  lost.world.answers(503);
  lost.makes_input();
  support::lists_live_streams(lost, {});
  lost.makes_live_stream();
  lost.makes_output();
  lost.records();
  CHECK(lost.provision().record.mux->live_stream_id == "live");
  // The first one may appear in the list since.
  support::lists_live_streams(lost, {{.id = "live", .tag = tag}, {.id = "first", .tag = tag}});
  support::deletes(lost, true);
  support::removes(lost);
  lost.remove_leftovers();
  CHECK(lost.calls().back() == "DELETE /live-streams/first");
  CHECK_FALSE(lost.keeps_intent());
}

TEST_CASE(
    "Of two live streams with the tag one is used, and the other one goes once the stream is recorded") {
  creation what;
  what.begins();
  support::lists_live_streams(what, {{.id = "live", .tag = tag}, {.id = "second", .tag = tag}});
  support::lists_inputs(what, {{.id = "input", .tag = tag}});
  support::answers_input(what, "input");
  support::lists_outputs(what, {});
  what.makes_output();
  what.records();
  CHECK(what.provision(begun_before()).record.mux->live_stream_id == "live");
  support::lists_live_streams(what, {{.id = "live", .tag = tag}, {.id = "second", .tag = tag}});
  support::deletes(what, true);
  what.remove_leftovers();
  CHECK(what.effects().back() == "DELETE /live-streams/second");
}

TEST_CASE("A live input is tried again with the same key, and one that may have been made is deleted by its "
          "tag") {
  for (const bool may_come_late : {false, true}) {
    creation what;
    what.begins();
    what.refuses();
    for (int tries = 0; tries < most_tries; ++tries) {
      what.world.fails(may_come_late ? edge::error_kind::timeout : edge::error_kind::network);
    }
    support::lists_inputs(what, {{.id = "input", .tag = tag}, {.id = "other", .tag = tag + "x"}});
    support::deletes(what);
    support::removes(what);
    const streams::provisioning_failure failure = what.fail();
    CHECK((failure.step == streams::failed_step::live_input && failure.undone == !may_come_late));
    CHECK(what.keeps_intent() == may_come_late);
    CHECK(keys_for_input(what) == texts(most_tries, tag));
    CHECK(std::ranges::count(what.calls(), delete_input) == 1);
    CHECK_FALSE(std::ranges::contains(what.calls(), "DELETE /live_inputs/other"));
  }
}

TEST_CASE("A live input that was made at the second try is the only one, and nobody looks for another") {
  for (const bool is_recorded : {true, false}) {
    creation what;
    what.begins();
    what.refuses();
    what.world.answers(503);
    what.makes_input();
    if (is_recorded) {
      what.records();
      (void)what.provision();
      support::removes(what);
      what.remove_leftovers();
    } else {
      support::fails<edge::operation::seal>(what, edge::error_kind::rejected);
      support::deletes(what);
      what.removes_record();
      support::removes(what);
      CHECK(what.fail().undone);
    }
    texts calls{"POST /live-streams", "POST /live_inputs", "POST /live_inputs"};
    if (!is_recorded) {
      calls.push_back(delete_input);
    }
    CHECK(what.calls() == calls);
    CHECK_FALSE(what.keeps_intent());
  }
}

TEST_CASE("An output that may have been made is looked for before it is made again") {
  creation what;
  what.begins();
  what.makes_live_stream();
  what.makes_input();
  what.world.answers(503);
  support::lists_outputs(what, {{.id = "there", .feeds = "live", .url = what.with.mux->rtmps_url}});
  what.records();
  CHECK(what.provision().record.mux->output_id == "there");
  CHECK(std::ranges::count(what.calls(), "POST" + outputs) == 1);
  support::removes(what);
  what.remove_leftovers();
  CHECK_FALSE(what.keeps_intent());
}

TEST_CASE("A creation that was begun before is undone by the tag, and its intent stays") {
  creation what;
  what.begins();
  support::lists_live_streams(what, {});
  support::lists_inputs(what, {{.id = "input", .tag = tag}});
  what.makes_live_stream();
  what.world.answers(404, R"({"success":false,"errors":[]})");
  support::deletes(what, true);
  support::lists_inputs(what, {{.id = "input", .tag = tag}});
  support::lists_live_streams(what, {{.id = "earlier", .tag = tag}});
  support::deletes(what);
  support::deletes(what, true);
  CHECK_FALSE(what.fail(begun_before()).undone);
  CHECK(what.effects() == texts{"put intent/" + id, "POST /live-streams", delete_live_stream, delete_input,
                                "DELETE /live-streams/earlier"});
}

TEST_CASE(
    "Without Mux in the settings, a creation that was begun before is looked for and undone at Cloudflare "
    "only") {
  creation what{support::api_settings()};
  what.begins();
  support::lists_inputs(what, {});
  what.refuses();
  support::lists_inputs(what, {{.id = "input", .tag = tag}});
  support::deletes(what);
  CHECK_FALSE(what.fail(begun_before()).undone);
  CHECK(what.calls() == texts{find_inputs, "POST /live_inputs", find_inputs, delete_input});
}

} // namespace provision_test
