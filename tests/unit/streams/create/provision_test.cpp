// streams::provisioner: what a creation makes at each provider, in which order, and what it records. What it
// undoes: see provision_failures_test.cpp.
#include "json/reader.h"
#include "streams/store/work_queue.h"
#include "support/catch.h"
#include "unit/streams/create/provisioning.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace provision_test {

namespace {

using edge::operation::fetch;
using edge::operation::kv_put;
using streams::ingest_plan;
using streams::streaming_method;
using streams::wanted_stream;

// The body of the call of that number.
json::document body_of(const creation& what, std::size_t call) {
  auto body = json::document::parse(what.world.asked<fetch>().at(call).body);
  REQUIRE(body);
  return *std::move(body);
}

wanted_stream by_phone(ingest_plan plan) {
  wanted_stream wanted = by_encoder();
  wanted.method = streaming_method::whip_browser;
  wanted.ingest = plan;
  return wanted;
}

// With outputs that send on to these addresses, with the keys "key-one" and so on.
wanted_stream with_outputs(const std::vector<std::string>& names) {
  wanted_stream wanted = by_phone(ingest_plan::cloudflare);
  for (const std::string& each : names) {
    wanted.outputs.push_back(
        {.url = "rtmps://" + each + ".example/app", .stream_key = crypto::secret{"key-" + each}});
  }
  return wanted;
}

} // namespace

TEST_CASE("A creation stores its intent, makes what it needs, records it, and at last removes the intent") {
  creation what;
  what.succeeds();
  const streams::stream_record record = what.provision().record;
  const texts until_recorded{"put intent/" + id,
                             "POST /live-streams",
                             "POST /live_inputs",
                             "POST" + outputs,
                             "put stream/" + id,
                             "put credentials/" + id,
                             "put " + streams::keys::by_user(record),
                             "put by-memorial/m1/" + id,
                             "put by-input/input"};
  CHECK(what.effects() == until_recorded);
  support::removes(what);
  what.remove_leftovers();
  texts all = until_recorded;
  all.push_back(remove_intent);
  CHECK(what.effects() == all);
}

TEST_CASE("The record says what was wanted, and names what was made") {
  creation what;
  what.succeeds();
  wanted_stream wanted = by_encoder();
  wanted.phone_copy = streams::phone_copy::on;
  wanted.begins_with = {{.id = "d", .kind = streams::change_kind::described, .at = {}, .text = "Welcome"}};
  const auto [record, secrets] = what.provision(wanted);
  CHECK(record.id == id);
  CHECK((record.title == "The service" && record.memorial_id == "m1" && record.created_by == "owner"));
  CHECK((record.method == streaming_method::obs && record.ingest == ingest_plan::cloudflare));
  CHECK((record.created_at == now && record.phone_copy == streams::phone_copy::on));
  CHECK((record.cloudflare && record.cloudflare->live_input_id == "input"));
  CHECK((record.mux == streams::mux_side{"live", "playback", "output"}));
  CHECK((record.desired.description() && record.desired.description().value() == "Welcome"));
  CHECK((record.desired.description().at() == now));
  CHECK(record.warnings.empty());
  CHECK((secrets.rtmps_key.text() == "key" && secrets.srt_passphrase.text() == "p"));

  const std::vector<kv_put> writes = what.world.asked<kv_put>();
  const auto stored = streams::stream_record::from_text(writes.at(1).value);
  REQUIRE(stored);
  CHECK((stored->mux == record.mux && stored->desired == record.desired));
  CHECK(writes.at(2).value == record.sealed_credentials);
  CHECK_FALSE(record.sealed_credentials.empty());
  const auto sealed = what.world.asked<edge::operation::seal>().front();
  CHECK(sealed.plain == secrets.to_text());
  // Bound to this stream: nowhere else does it open.
  CHECK(sealed.associated_data == id + "/credentials");
}

TEST_CASE("The intent says by which tag the objects of the creation are found, and whose it is") {
  creation what;
  what.succeeds();
  (void)what.provision();
  const auto intent = streams::intent::from_text(id, what.world.asked<kv_put>().front().value);
  REQUIRE(intent);
  CHECK((intent->tag == tag && intent->created_by == "owner" && intent->memorial_id == "m1"));
  CHECK((intent->created_at == now));
  CHECK(body_of(what, 0).root()["passthrough"].text() == tag);
  CHECK(body_of(what, 0).root()["new_asset_settings"]["passthrough"].text() == tag);
  CHECK(body_of(what, 1).root()["meta"]["streamId"].text() == tag);
  CHECK(keys_for_input(what) == texts{tag});
  // The output feeds the live stream.
  CHECK(body_of(what, 2).root()["url"].text() == what.with.mux->rtmps_url);
  CHECK(body_of(what, 2).root()["streamKey"].text() == "key-live");
  CHECK(body_of(what, 2).root()["enabled"].boolean() == true);
}

TEST_CASE("The first creation of a deployment stores the deployment's id before its intent") {
  creation what;
  support::reads(what, {""});
  support::writes(what, 2);
  what.refuses();
  what.refuses();
  support::removes(what);
  (void)what.fail();
  const std::vector<kv_put> writes = what.world.asked<kv_put>();
  REQUIRE(writes.size() == 2);
  CHECK((writes.front().key == "deployment" && writes.back().key == "intent/" + id));
  CHECK(writes.back().value.contains(streams::tag_of("main-" + writes.front().value, id)));
}

TEST_CASE("A stream without an identity gets a new one") {
  creation what;
  what.begins();
  what.refuses();
  what.refuses();
  support::removes(what);
  wanted_stream wanted = by_encoder();
  wanted.identity.reset();
  (void)what.fail(wanted);
  const std::string made = streams::keys::last_part(what.world.asked<kv_put>().front().key);
  CHECK((streams::is_stream_id(made) && made != id && streams::time_of_stream_id(made) == now));
}

TEST_CASE("A private stream is private at both providers from its creation on") {
  creation what;
  what.begins();
  what.makes_live_stream("live", true);
  what.makes_input(true);
  what.makes_output();
  what.records();
  wanted_stream wanted = by_encoder();
  wanted.visibility = streams::visibility::private_stream;
  const streams::stream_record record = what.provision(wanted).record;
  CHECK(record.is_private());
  CHECK(body_of(what, 0).root()["playback_policies"].at(0).text() == "signed");
  CHECK(body_of(what, 1).root()["recording"]["requireSignedURLs"].boolean() == true);
}

TEST_CASE("A backup is made only for what reaches Mux, and only if it is wanted") {
  wanted_stream unwanted = by_encoder();
  unwanted.backup = false;
  for (const wanted_stream& wanted : {unwanted, by_phone(ingest_plan::cloudflare)}) {
    creation what;
    what.begins();
    what.makes_input();
    what.records();
    const streams::stream_record record = what.provision(wanted).record;
    CHECK(what.calls() == texts{"POST /live_inputs"});
    CHECK_FALSE(record.mux);
    CHECK(record.warnings.empty());
    support::removes(what);
    what.remove_leftovers();
    CHECK(what.calls() == texts{"POST /live_inputs"});
  }
}

TEST_CASE("Without Mux in the settings a stream has no backup, and says so") {
  creation what{support::api_settings()};
  what.begins();
  what.makes_input();
  what.records();
  const streams::stream_record record = what.provision().record;
  CHECK(warnings_of(record) == texts{"backup_not_configured"});
  CHECK((record.cloudflare && !record.mux));
}

TEST_CASE("On the plan mux a live stream is all that is made, and its key is the credentials") {
  creation what;
  what.begins();
  what.makes_live_stream();
  what.records(4);
  const auto [record, secrets] = what.provision(into_mux());
  CHECK(what.calls() == texts{"POST /live-streams"});
  CHECK((record.mux == streams::mux_side{"live", "playback", ""} && !record.cloudflare));
  CHECK((secrets.rtmps_url == what.with.mux->rtmps_url && secrets.rtmps_key.text() == "key-live"));
  CHECK(record.warnings.empty());
  support::removes(what);
  what.remove_leftovers();
  CHECK(what.calls().size() == 1);
}

TEST_CASE("A phone reaches Mux through the relay alone, so without one a stream says so") {
  for (const bool has_relay : {true, false}) {
    creation what{has_relay ? support::settings_with_relay() : support::settings_with_mux()};
    what.begins();
    what.makes_live_stream();
    what.records(4);
    const streams::stream_record record = what.provision(by_phone(ingest_plan::mux)).record;
    CHECK(warnings_of(record) == (has_relay ? texts{} : texts{"whip_unsupported"}));
  }
}

TEST_CASE("Outputs are added as wanted, three at once, and those that could not be are named by number") {
  creation what;
  what.begins();
  what.makes_input();
  what.refuses();
  what.makes_output("two", "two");
  what.refuses();
  support::answers_output(what, {.id = "four", .feeds = "four", .enabled = false});
  what.records();
  wanted_stream wanted = with_outputs({"one", "two", "three", "four"});
  wanted.outputs.back().enabled = false;
  const streams::stream_record record = what.provision(wanted).record;
  const std::vector<fetch> calls = what.world.asked<fetch>();
  REQUIRE(calls.size() == 5);
  const std::vector<std::string> names{"one", "two", "three", "four"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    CHECK(calls.at(i + 1).body == json::object()
                                      .set("url", "rtmps://" + names.at(i) + ".example/app")
                                      .set("streamKey", "key-" + names.at(i))
                                      .set("enabled", i != 3)
                                      .dump());
  }
  CHECK(warnings_of(record) == texts{"output_not_attached", "output_not_attached"});
  CHECK(record.warnings.front().detail.starts_with("Output 1 was not added"));
  CHECK(record.warnings.back().detail.starts_with("Output 3 was not added"));
}

TEST_CASE("A single output is added, and one that is tried again keeps no other waiting") {
  creation alone;
  alone.begins();
  alone.makes_input();
  alone.makes_output("one", "one");
  alone.records();
  CHECK(alone.provision(with_outputs({"one"})).record.warnings.empty());
  CHECK(alone.calls() == texts{"POST /live_inputs", "POST" + outputs});

  creation what;
  what.begins();
  what.makes_input();
  what.world.answers(503);
  what.makes_output("two", "two");
  what.makes_output("three", "three");
  support::lists_outputs(what, {});
  what.makes_output("one", "one");
  what.records();
  CHECK(what.provision(with_outputs({"one", "two", "three"})).record.warnings.empty());
  CHECK(what.calls() == texts{"POST /live_inputs", "POST" + outputs, "POST" + outputs, "POST" + outputs,
                              "GET" + outputs, "POST" + outputs});
  CHECK(body_of(what, 5).root()["streamKey"].text() == "key-one");
}

} // namespace provision_test
