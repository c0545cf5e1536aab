// streams::memorial_creation: one stream for a memorial on the plan mux, for all who may publish to it.
#include "streams/create/idempotency.h"
#include "streams/create/one_per_memorial.h"
#include "support/catch.h"
#include "unit/streams/create/creations.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace creations_test {

namespace {

using namespace std::chrono_literals;
using edge::operation::kv_list;
using streams::memorial_caller;
using streams::memorial_creation;
using streams::stream_record;
using support::reads;
using support::reads_stream;
using support::scripted_host;
using memorial_state = memorial_creation::state;
using begun_for_memorial = edge::outcome<memorial_creation::start>;

const streams::memorial known_memorial{.owner = "family", .videographers = {"filmer"}};

memorial_caller caller_named(std::string_view subject, bool is_known = true) {
  return {.memorial_id = "m1",
          .subject = std::string{subject},
          .admits = is_known ? std::optional{known_memorial} : std::nullopt};
}

// An open stream with its credentials.
stream_record open_stream(const std::string& id, std::string_view creator = "family") {
  stream_record record = support::quiet_stream();
  record.id = id;
  record.created_by = creator;
  record.memorial_id = "m1";
  record.ingest = streams::ingest_plan::mux;
  record.cloudflare.reset();
  record.mux = streams::mux_side{"live", "playback", ""};
  return record;
}

const std::string sealed_text = "k1:c2VhbGVk";

// The stream that a memorial's list leads to; an empty id without one.
std::string found_in(const std::vector<stream_record>& listed, std::string_view subject, bool is_known = true,
                     const std::string& sealed = sealed_text) {
  scripted_host world;
  std::vector<kv_list::entry> keys;
  std::vector<std::string> values;
  for (const stream_record& each : listed) {
    keys.push_back({.key = "by-memorial/m1/" + each.id, .metadata = ""});
    values.push_back(each.to_text());
  }
  support::lists(world, keys);
  reads(world, values);
  for (const stream_record& each : listed) {
    reads_stream(world, each.to_text(), sealed);
  }
  const auto found = world.run(streams::find_memorial_stream(world.host(), caller_named(subject, is_known)));
  REQUIRE(found);
  return *found ? (*found)->id : "";
}

struct memorial_attempt {
  explicit memorial_attempt(memorial_caller who = caller_named("family"),
                            const edge::environment& from = settings_with_leases())
      : world(from), with(read(from)), caller(std::move(who)),
        creation(world.host(), with, caller, std::string{mine}) {}

  scripted_host world;
  streams::settings with;
  memorial_caller caller;
  memorial_creation creation;

  begun_for_memorial begin(std::optional<streams::stream_identity> wanted = streams::stream_identity{
                               wanted_id}) {
    return world.run(creation.begin(std::move(wanted)));
  }

  static inline const std::string wanted_id = id_made(now, 'w');
};

const std::string earlier_id = id_made(now - 1h, 'e');

std::string requested(const memorial_attempt& of, std::size_t step) {
  return of.world.asked<edge::operation::lease>().at(step).request;
}

} // namespace

TEST_CASE("Everyone may have their own stream, and users that the memorial admits may have each other's") {
  const auto may_have = [](std::string_view subject, std::string_view creator, bool is_known = true) {
    return caller_named(subject, is_known).may_have(open_stream(id_made(now), creator));
  };
  CHECK(may_have("stranger", "stranger"));
  CHECK(may_have("family", "filmer"));
  CHECK(may_have("filmer", "family"));
  CHECK_FALSE(may_have("stranger", "family"));
  CHECK_FALSE(may_have("family", "stranger"));
  CHECK_FALSE(may_have("family", "filmer", false));
  CHECK(may_have("family", "family", false));
}

TEST_CASE("The newest open stream of the memorial is found") {
  const std::string newest = id_made(now, 'a');
  CHECK(found_in({open_stream(newest), open_stream(earlier_id)}, "filmer") == newest);
  CHECK(found_in({}, "family").empty());
}

TEST_CASE("A stream that ended, is deleted, is on another plan or is published by an encoder is not found") {
  stream_record ended = open_stream(id_made(now, 'a'));
  ended.desired.fold(streams::change::only(streams::change_kind::ended, now));
  stream_record deleted = open_stream(id_made(now, 'a'));
  deleted.desired.fold(streams::change::only(streams::change_kind::deleted, now));
  stream_record of_another_plan = open_stream(id_made(now, 'a'));
  of_another_plan.ingest = streams::ingest_plan::cloudflare;
  stream_record of_an_encoder = open_stream(id_made(now, 'a'));
  of_an_encoder.method = streams::streaming_method::obs;
  for (const stream_record& each : {ended, deleted, of_another_plan, of_an_encoder}) {
    CHECK(found_in({each}, "family").empty());
  }
}

TEST_CASE("A stream of somebody else, or without its credentials, is passed over") {
  const stream_record of_stranger = open_stream(id_made(now, 'a'), "stranger");
  CHECK(found_in({of_stranger}, "family").empty());
  CHECK(found_in({of_stranger}, "stranger") == of_stranger.id);
  CHECK(found_in({open_stream(earlier_id)}, "family", true, "").empty());
}

TEST_CASE("The stream is found on a later page of the memorial's list") {
  scripted_host world;
  support::lists(world, {{.key = "by-memorial/m1/" + earlier_id, .metadata = ""}}, "more");
  reads(world, {open_stream(earlier_id, "stranger").to_text()});
  const std::string id = id_made(now - 2h);
  support::lists(world, {{.key = "by-memorial/m1/" + id, .metadata = ""}});
  reads(world, {open_stream(id).to_text()});
  reads_stream(world, open_stream(id).to_text(), sealed_text);
  const auto found = world.run(streams::find_memorial_stream(world.host(), caller_named("family")));
  REQUIRE((found && *found));
  CHECK((*found)->id == id);
  CHECK(world.asked<kv_list>().back().cursor == "more");
}

TEST_CASE("Without leases the wanted stream is begun at once") {
  memorial_attempt one{caller_named("family"), support::api_settings()};
  const begun_for_memorial start = one.begin();
  REQUIRE(start);
  CHECK((start->is == memorial_state::begun));
  CHECK((start->identity && start->identity->id == memorial_attempt::wanted_id));
  one.world.run(one.creation.finish(memorial_attempt::wanted_id));
  one.world.run(one.creation.abandon(true));
  CHECK(one.world.asked().empty());
}

TEST_CASE("The first request gets the lease and begins the wanted stream, or a new one") {
  memorial_attempt one;
  is_held(one.world, mine, "none", memorial_attempt::wanted_id);
  const begun_for_memorial start = one.begin();
  REQUIRE(start);
  CHECK((start->is == memorial_state::begun));
  CHECK((start->identity && start->identity->id == memorial_attempt::wanted_id));
  const auto asked = one.world.asked<edge::operation::lease>().front();
  CHECK((asked.step == "acquire" && asked.request == "none" && asked.text == memorial_attempt::wanted_id));
  CHECK(
      (asked.held == streams::idempotent_creation::held && asked.kept == streams::idempotent_creation::kept));
}

TEST_CASE("The admitted share one lease, and everyone else has one of their own") {
  const auto name_of_lease = [](memorial_caller who, const edge::environment& from = settings_with_leases()) {
    memorial_attempt one{std::move(who), from};
    is_held(one.world, mine, "none", memorial_attempt::wanted_id);
    REQUIRE(one.begin());
    return one.world.asked<edge::operation::lease>().front().name;
  };
  const std::string shared = name_of_lease(caller_named("family"));
  CHECK(shared == name_of_lease(caller_named("filmer")));
  CHECK(shared != name_of_lease(caller_named("stranger")));
  CHECK(name_of_lease(caller_named("stranger")) != name_of_lease(caller_named("another")));
  CHECK(shared != name_of_lease(caller_named("family", false)));
  memorial_caller of_another = caller_named("family");
  of_another.memorial_id = "m2";
  CHECK(shared != name_of_lease(of_another));
  edge::environment other = settings_with_leases();
  other.set("DEPLOYMENT", "other");
  CHECK(shared != name_of_lease(caller_named("family"), other));
}

TEST_CASE("A stream that was made for the memorial is returned") {
  memorial_attempt one{caller_named("filmer")};
  is_held(one.world, "another", "none", earlier_id, earlier_id);
  reads_stream(one.world, open_stream(earlier_id).to_text(), sealed_text);
  const begun_for_memorial start = one.begin();
  REQUIRE(start);
  CHECK((start->is == memorial_state::made));
  CHECK((start->made && start->made->id == earlier_id));
}

TEST_CASE("The successor of a stream that ended, is undone, or may not be had is begun in its place") {
  stream_record ended = open_stream(earlier_id);
  ended.desired.fold(streams::change::only(streams::change_kind::ended, now));
  for (const std::string& record :
       {ended.to_text(), std::string{}, open_stream(earlier_id, "stranger").to_text()}) {
    memorial_attempt one;
    is_held(one.world, "another", "none", earlier_id, earlier_id);
    reads_stream(one.world, record, sealed_text);
    is_held(one.world, mine, earlier_id, memorial_attempt::wanted_id);
    const begun_for_memorial start = one.begin();
    REQUIRE(start);
    CHECK((start->is == memorial_state::begun));
    CHECK((start->identity && start->identity->id == memorial_attempt::wanted_id));
    CHECK(requested(one, 0) == "none");
    CHECK(requested(one, 1) == earlier_id);
  }
}

TEST_CASE("The successor of a deleted stream is begun even before the store forgets to show its intent") {
  const std::string young = id_made(now - 1min, 'y');
  memorial_attempt one;
  is_held(one.world, "another", "none", young, young);
  reads_stream(one.world, "");
  const streams::change deletion = streams::change::only(streams::change_kind::deleted, now);
  support::lists(one.world,
                 {{.key = "fact/stream/" + young + "/deleted", .metadata = deletion.to_metadata()}});
  is_held(one.world, mine, young, memorial_attempt::wanted_id);
  const begun_for_memorial start = one.begin();
  REQUIRE(start);
  CHECK((start->is == memorial_state::begun));
}

TEST_CASE("While the store does not show the whole stream yet, it is looked up again, for ten seconds") {
  const std::string young = id_made(now - 1min, 'y');
  for (const bool is_recorded : {false, true}) {
    memorial_attempt one;
    for (int i = 0; i < 40; ++i) {
      is_held(one.world, "another", "none", young, young);
      reads_stream(one.world, is_recorded ? open_stream(young).to_text() : "");
      support::lists(one.world);
    }
    const begun_for_memorial start = one.begin();
    REQUIRE(start);
    CHECK((start->is == memorial_state::running));
    CHECK(one.world.host().now() <= now + memorial_creation::patience);
    CHECK(one.world.host().now() >= now + memorial_creation::patience - 2s);
  }
}

TEST_CASE("A request that waits for another's stream gets it as soon as it is made") {
  memorial_attempt one;
  is_held(one.world, "another", "none", earlier_id);
  is_held(one.world, "another", "none", earlier_id, earlier_id);
  reads_stream(one.world, open_stream(earlier_id).to_text(), sealed_text);
  const begun_for_memorial start = one.begin();
  REQUIRE(start);
  CHECK((start->is == memorial_state::made));
  CHECK(one.world.asked<edge::operation::sleep>().size() == 1);
}

TEST_CASE("A request that is behind acquires the lease for what the present holder follows") {
  memorial_attempt one;
  is_held(one.world, "another", earlier_id, "");
  is_held(one.world, "another", earlier_id, "", memorial_attempt::wanted_id);
  reads_stream(one.world, open_stream(memorial_attempt::wanted_id).to_text(), sealed_text);
  const begun_for_memorial start = one.begin();
  REQUIRE(start);
  CHECK((start->is == memorial_state::made));
  CHECK(requested(one, 1) == earlier_id);
  CHECK(one.world.asked<edge::operation::sleep>().empty());
}

TEST_CASE("After a holder that died, the next one goes on with its stream, or returns it") {
  const std::string young = id_made(now - 1min, 'y');
  memorial_attempt unrecorded;
  is_held(unrecorded.world, mine, "none", young);
  reads_stream(unrecorded.world, "");
  const begun_for_memorial goes_on = unrecorded.begin();
  REQUIRE(goes_on);
  CHECK((goes_on->is == memorial_state::begun));
  CHECK((goes_on->identity && goes_on->identity->id == young && goes_on->identity->begun_before));

  memorial_attempt recorded;
  is_held(recorded.world, mine, "none", young);
  reads_stream(recorded.world, open_stream(young).to_text(), sealed_text);
  reads(recorded.world, {""}); // no intent
  takes_steps(recorded.world); // it is noted as made, and then looked up as any other
  is_held(recorded.world, mine, "none", young, young);
  reads_stream(recorded.world, open_stream(young).to_text(), sealed_text);
  const begun_for_memorial made = recorded.begin();
  REQUIRE(made);
  CHECK((made->is == memorial_state::made));
  CHECK(steps_of(recorded.world) == std::vector<std::string>{"acquire", "complete:" + young, "acquire"});

  memorial_attempt undone;
  is_held(undone.world, mine, "none", earlier_id);
  reads_stream(undone.world, "");
  takes_steps(undone.world);
  is_held(undone.world, mine, "none", memorial_attempt::wanted_id);
  const begun_for_memorial begun = undone.begin();
  REQUIRE(begun);
  CHECK((begun->identity && begun->identity->id == memorial_attempt::wanted_id));
  CHECK(steps_of(undone.world) == std::vector<std::string>{"acquire", "complete:", "acquire"});
}

TEST_CASE("When the store fails, the memorial's lease is given up with its note") {
  memorial_attempt one;
  is_held(one.world, mine, "none", earlier_id);
  support::fails<edge::operation::kv_get>(one.world);
  takes_steps(one.world);
  const begun_for_memorial start = one.begin();
  CHECK((!start && start.error().kind == edge::error_kind::unavailable));
  CHECK(steps_of(one.world) == std::vector<std::string>{"acquire", "release"});
}

TEST_CASE("The made stream is noted at the lease, and one that was not made stays noted unless it is to be "
          "forgotten") {
  memorial_attempt one;
  takes_steps(one.world, 3);
  one.world.run(one.creation.finish(earlier_id));
  one.world.run(one.creation.abandon(false));
  one.world.run(one.creation.abandon(true));
  CHECK(steps_of(one.world) == std::vector<std::string>{"complete:" + earlier_id, "release", "complete:"});
  CHECK((one.world.asked<edge::operation::lease>().front().kept == 24h));
}

} // namespace creations_test
