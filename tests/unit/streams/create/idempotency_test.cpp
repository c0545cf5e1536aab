// streams::idempotent_creation: one Idempotency-Key creates one stream.
#include "streams/create/idempotency.h"
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
using edge::operation::kv_get;
using edge::operation::kv_put;
using edge::operation::lease;
using streams::idempotent_creation;
using support::reads;
using support::reads_stream;
using support::scripted_host;
using state = idempotent_creation::state;
using texts = std::vector<std::string>;
using started = edge::outcome<idempotent_creation::start>;

const std::string request_text = R"({"title":"The service"})";

// One creation, with the lease's answers scripted by request and note of the test's choice.
struct attempt_of {
  explicit attempt_of(const edge::environment& from = settings_with_leases(), std::string_view user = "owner",
                      std::string_view key = "key", std::string_view body = request_text)
      : world(from), with(read(from)), creation(world.host(), with, user, key, body, mine) {}

  scripted_host world;
  streams::settings with;
  idempotent_creation creation;

  started begin() { return world.run(creation.begin()); }
};

std::string digest_of(std::string_view body = request_text) { return streams::digest_of_parts({body}); }

// The name of the lease that a creation asks for.
std::string name_for(const edge::environment& from, std::string_view user, std::string_view key) {
  attempt_of one{from, user, key};
  is_held(one.world, "another", digest_of(), "note");
  REQUIRE(one.begin());
  return one.world.asked<lease>().front().name;
}

streams::stream_record record_of(const std::string& id) {
  streams::stream_record record = support::quiet_stream();
  record.id = id;
  return record;
}

std::optional<streams::begun_creation> found_begun(scripted_host& world, const std::string& id) {
  const auto found = world.run(streams::find_begun(world.host(), read(support::api_settings()), id));
  REQUIRE(found);
  return *found;
}

} // namespace

TEST_CASE("A creation is left to reconcile when more than half of its grace period is over") {
  const streams::settings with = read(support::api_settings());
  const std::string id = id_made(now);
  CHECK_FALSE(streams::left_to_reconcile(with, id, now + with.grace / 2));
  CHECK(streams::left_to_reconcile(with, id, now + with.grace / 2 + 1us));
}

TEST_CASE("A begun creation is gone on with, unless its stream is deleted, or reconcile may undo it") {
  const std::string young = id_made(now - 450s);
  const std::string old = id_made(now - 450s - 1ms);
  scripted_host unrecorded;
  reads_stream(unrecorded, "");
  const auto begun = found_begun(unrecorded, young);
  REQUIRE(begun);
  CHECK_FALSE(begun->made);
  CHECK(begun->identity.id == young);
  CHECK(begun->identity.begun_before);
  CHECK_FALSE(begun->identity.shared);

  scripted_host late;
  reads_stream(late, "");
  CHECK_FALSE(found_begun(late, old));

  scripted_host deleted;
  reads(deleted, {record_of(young).to_text(), "",
                  streams::change::only(streams::change_kind::deleted, now).to_metadata(), "", "", ""});
  CHECK_FALSE(found_begun(deleted, young));
}

TEST_CASE(
    "A recorded creation is made once its intent is gone; before that nothing of it may be cleared away") {
  const std::string old = id_made(now - 24h);
  scripted_host unsettled;
  reads_stream(unsettled, record_of(old).to_text());
  reads(unsettled, {"an intent"});
  const auto begun = found_begun(unsettled, old);
  REQUIRE(begun);
  CHECK_FALSE(begun->made);
  CHECK((begun->identity.id == old && begun->identity.begun_before && begun->identity.shared));

  scripted_host settled;
  reads_stream(settled, record_of(old).to_text());
  reads(settled, {""});
  const auto made = found_begun(settled, old);
  REQUIRE((made && made->made));
  CHECK(made->made->id == old);
  CHECK(settled.asked<kv_get>().back().keys == texts{"intent/" + old});
}

TEST_CASE("A store that fails does not pass for one without the stream") {
  for (const bool at_intent : {false, true}) {
    scripted_host world;
    if (at_intent) {
      reads_stream(world, record_of(id_made(now)).to_text());
    }
    support::fails<kv_get>(world);
    const auto found =
        world.run(streams::find_begun(world.host(), read(support::api_settings()), id_made(now)));
    CHECK((!found && found.error().kind == edge::error_kind::unavailable));
  }
}

TEST_CASE("The first request gets the lease and makes a new stream") {
  attempt_of first;
  // The lease answers with the note of its first holder.
  std::string id;
  {
    scripted_host twin{settings_with_leases()};
    id = streams::make_stream_id(now, twin.host().random());
  }
  is_held(first.world, mine, digest_of(), id);
  const started start = first.begin();
  REQUIRE(start);
  CHECK((start->is == state::begun));
  CHECK(start->identity.id == id);
  CHECK_FALSE(start->identity.begun_before);
  CHECK_FALSE(start->identity.shared);
  const auto asked = first.world.asked<lease>();
  REQUIRE(asked.size() == 1);
  CHECK(asked.front().step == "acquire");
  CHECK(asked.front().holder == mine);
  CHECK(asked.front().text == id);
  CHECK((asked.front().held == 60s && asked.front().kept == 24h));
  CHECK(first.world.asked().size() == 1);
}

TEST_CASE("While another request makes the stream, it is running") {
  attempt_of one;
  is_held(one.world, "another", digest_of(), id_made(now));
  const started start = one.begin();
  REQUIRE(start);
  CHECK((start->is == state::running));
  CHECK(steps_of(one.world) == texts{"acquire"});
}

TEST_CASE("A key with another body is refused, whether its request is running, dead or answered") {
  for (const auto& [holder, value] : std::vector<std::pair<std::string, std::string>>{
           {"another", ""}, {std::string{mine}, ""}, {"another", "k1:c2VhbGVk"}}) {
    attempt_of one;
    is_held(one.world, holder, digest_of("{}"), id_made(now), value);
    const started start = one.begin();
    REQUIRE(start);
    CHECK((start->is == state::different_request));
    CHECK(one.world.asked().size() == 1);
  }
}

TEST_CASE("An answered request gets the same answer, opened for this key only") {
  attempt_of one;
  is_held(one.world, "another", digest_of(), id_made(now), "k1:c2VhbGVk");
  one.world.next<edge::operation::open>(std::string{"the answer"});
  const started start = one.begin();
  REQUIRE(start);
  CHECK((start->is == state::answered));
  CHECK(start->answer == "the answer");
  const auto opened = one.world.asked<edge::operation::open>();
  CHECK(opened.front().sealed == "sealed");
  CHECK(opened.front().associated_data == one.world.asked<lease>().front().name + "/answer");

  attempt_of unreadable;
  is_held(unreadable.world, "another", digest_of(), id_made(now), "gone:c2VhbGVk");
  const started failed = unreadable.begin();
  CHECK((!failed && failed.error().kind == edge::error_kind::not_opened));
}

TEST_CASE("After a holder that died, the next one goes on with its stream") {
  const std::string id = id_made(now - 1min);
  attempt_of unrecorded;
  is_held(unrecorded.world, mine, digest_of(), id);
  reads_stream(unrecorded.world, "");
  const started goes_on = unrecorded.begin();
  REQUIRE(goes_on);
  CHECK((goes_on->is == state::begun));
  CHECK(goes_on->identity.id == id);
  CHECK(goes_on->identity.begun_before);

  attempt_of recorded;
  is_held(recorded.world, mine, digest_of(), id);
  reads_stream(recorded.world, record_of(id).to_text());
  reads(recorded.world, {""});
  const started made = recorded.begin();
  REQUIRE(made);
  CHECK((made->is == state::begun));
  CHECK((made->made && made->made->id == id));
  CHECK(steps_of(recorded.world) == texts{"acquire"});
}

TEST_CASE("A stream that is undone is forgotten, and another one is begun, at most twice") {
  attempt_of one;
  one.world.takes(1ms);
  const std::string undone = id_made(now - 1h);
  is_held(one.world, mine, digest_of(), undone);
  reads_stream(one.world, "");
  takes_steps(one.world);
  is_held(one.world, mine, digest_of(), undone);
  reads_stream(one.world, "");
  takes_steps(one.world);
  const started start = one.begin();
  REQUIRE(start);
  CHECK((start->is == state::running));
  CHECK(steps_of(one.world) == texts{"acquire", "complete:", "acquire", "complete:"});
  const auto asked = one.world.asked<lease>();
  CHECK(asked[0].text != asked[2].text);
  CHECK((asked[1].kept == 0ms));
}

TEST_CASE("When the store fails, the lease is given up with its note, for the next request") {
  attempt_of one;
  is_held(one.world, mine, digest_of(), id_made(now - 1min));
  support::fails<kv_get>(one.world);
  takes_steps(one.world);
  const started start = one.begin();
  CHECK((!start && start.error().kind == edge::error_kind::unavailable));
  CHECK(steps_of(one.world) == texts{"acquire", "release"});
}

TEST_CASE("A key belongs to one user of one deployment") {
  edge::environment other = settings_with_leases();
  other.set("DEPLOYMENT", "other");
  const std::string name = name_for(settings_with_leases(), "owner", "key");
  CHECK(name == name_for(settings_with_leases(), "owner", "key"));
  CHECK(name != name_for(settings_with_leases(), "another", "key"));
  CHECK(name != name_for(settings_with_leases(), "owner", "key2"));
  CHECK(name != name_for(settings_with_leases(), "own", "erkey"));
  CHECK(name != name_for(other, "owner", "key"));
}

TEST_CASE("A made stream's answer is sealed and kept for a day, if the lease was not lost") {
  attempt_of one;
  one.world.next<edge::operation::seal>(std::string{"sealed"});
  is_held(one.world, mine, digest_of(), "note", "k1:c2VhbGVk");
  CHECK(one.world.run(one.creation.finish("the answer")));
  const auto completed = one.world.asked<lease>().front();
  CHECK(completed.step == "complete");
  CHECK(completed.text == "k1:c2VhbGVk");
  CHECK((completed.kept == 24h));
  const auto sealed = one.world.asked<edge::operation::seal>().front();
  CHECK(sealed.plain == "the answer");
  CHECK(sealed.associated_data == completed.name + "/answer");

  attempt_of late;
  late.world.next<edge::operation::seal>(std::string{"sealed"});
  is_held(late.world, "another", digest_of(), "note");
  const auto lost = late.world.run(late.creation.finish("the answer"));
  CHECK((!lost && lost.error().kind == edge::error_kind::unavailable));
}

TEST_CASE("A stream that was not made stays noted, unless it is to be forgotten") {
  for (const bool forget : {false, true}) {
    attempt_of one;
    takes_steps(one.world);
    one.world.run(one.creation.abandon(forget));
    CHECK(steps_of(one.world) == texts{forget ? "complete:" : "release"});
    attempt_of without{support::api_settings()};
    without.world.run(without.creation.abandon(forget));
    CHECK(without.world.asked().empty());
  }
}

TEST_CASE("Without leases, the same request gets the same stream's id for nine minutes") {
  const auto id_at = [](edge::timestamp at, std::string_view key = "key",
                        std::string_view body = request_text) {
    attempt_of one{support::api_settings(), "owner", key, body};
    one.world.host().advance_clock(at);
    reads(one.world, {""});
    const started start = one.begin();
    REQUIRE(start);
    CHECK((start->is == state::begun));
    CHECK(start->identity.shared);
    CHECK_FALSE(start->identity.begun_before);
    return start->identity.id;
  };
  constexpr edge::milliseconds step{524'288};
  const edge::timestamp begin{now.time_since_epoch() - now.time_since_epoch() % step};
  CHECK(id_at(begin) == id_at(begin + step - 1ms));
  CHECK(id_at(begin) != id_at(begin + step));
  CHECK(streams::time_of_stream_id(id_at(begin + step - 1ms)) == begin);
  CHECK(id_at(begin) != id_at(begin, "key2"));
  CHECK(id_at(begin) != id_at(begin, "key", "{}"));
}

TEST_CASE("Without leases, the answer is kept in the store for a day, and only for the same request") {
  attempt_of one{support::api_settings()};
  one.world.next<edge::operation::seal>(std::string{"sealed"});
  support::writes(one.world);
  CHECK(one.world.run(one.creation.finish("the answer")));
  const auto kept = one.world.asked<kv_put>().front();
  CHECK((kept.expiry == 24h));
  CHECK(kept.value == digest_of() + "/k1:c2VhbGVk");

  attempt_of again{support::api_settings()};
  reads(again.world, {kept.value});
  again.world.next<edge::operation::open>(std::string{"the answer"});
  const started answered = again.begin();
  REQUIRE(answered);
  CHECK((answered->is == state::answered));
  CHECK(answered->answer == "the answer");
  CHECK(again.world.asked<kv_get>().front().keys == texts{kept.key});
  CHECK(again.world.asked<edge::operation::open>().front().sealed == "sealed");

  attempt_of other{support::api_settings(), "owner", "key", "{}"};
  reads(other.world, {kept.value});
  const started refused = other.begin();
  REQUIRE(refused);
  CHECK((refused->is == state::different_request));
}

TEST_CASE("A lease or a store that fails is reported, and makes no stream") {
  attempt_of leased;
  for (int i = 0; i < 4; ++i) {
    support::fails<lease>(leased.world);
  }
  const started no_lease = leased.begin();
  CHECK((!no_lease && no_lease.error().kind == edge::error_kind::unavailable));
  attempt_of stored{support::api_settings()};
  support::fails<kv_get>(stored.world);
  const started no_store = stored.begin();
  CHECK((!no_store && no_store.error().kind == edge::error_kind::unavailable));
}

} // namespace creations_test
