// streams::fact_store: facts under their keys, how long they stay, and the alarm of the operator.
#include "streams/store/fact_store.h"
#include "support/catch.h"
#include "support/facts.h"
#include "support/scripted_store.h"

#include <chrono>
#include <string>
#include <variant>
#include <vector>

namespace fact_store_test {

namespace {

using namespace std::chrono_literals;
using edge::operation::kv_get;
using edge::operation::kv_list;
using edge::operation::kv_put;
using edge::operation::kv_remove;
using streams::change;
using streams::change_kind;
using streams::fact_store;
using support::scripted_host;
using texts = std::vector<std::string>;

const std::string below = "fact/stream/stream1/";
const mux::fact of_mux{.event_id = "event-1",
                       .kind = mux::fact_kind::stream_active,
                       .at = support::second(10),
                       .live_stream_id = "livestream"};
const cloudflare::fact of_cloudflare = support::of_input(cloudflare::fact_kind::input_connected, 5);

fact_store facts_in(scripted_host& world) { return fact_store{{world.host(), world.soon()}}; }

cloudflare::fact refused(const std::string& code) {
  return support::of_input(cloudflare::fact_kind::input_errored, 7, code);
}

std::vector<std::string> written_with(const cloudflare::fact& said, bool alarm_fails = false) {
  scripted_host world;
  if (alarm_fails) {
    support::fails<kv_put>(world);
  }
  support::writes(world, 2);
  CHECK(world.run(facts_in(world).put("stream1", said)));
  return support::keys_of<kv_put>(world);
}

const std::string storage_is_full = "ERR_STORAGE_QUOTA_EXHAUSTED";

streams::broadcast_state recorded_at(double second) {
  streams::broadcast_state state;
  state.fold(support::of_video(cloudflare::fact_kind::video_ready, second + 60, "video", second, 30));
  return state;
}

// Whether the alarm that was raised at second 100 is over after that.
bool ends_alarm(const streams::broadcast_state& after) {
  scripted_host world;
  support::reads(
      world, {R"({"code":"X","at":)" + std::to_string(edge::to_microseconds(support::second(100))) + '}'});
  support::removes(world);
  CHECK(world.run(facts_in(world).end_alarm(after)));
  return support::keys_of<kv_remove>(world) == texts{"alarm/cloudflare"};
}

} // namespace

TEST_CASE("A fact of a provider is written once, in the metadata of its own key, for thirty days") {
  scripted_host world;
  support::writes(world, 2);
  CHECK(world.run(facts_in(world).put("stream1", of_mux)));
  CHECK(world.run(facts_in(world).put("stream1", of_cloudflare)));
  const auto written = world.asked<kv_put>();
  REQUIRE(written.size() == 2);
  CHECK((written[0].key == below + "mux-" + of_mux.event_id && written[0].metadata == of_mux.to_metadata()));
  CHECK((written[1].key == below + "cloudflare-event" && written[1].metadata == of_cloudflare.to_metadata()));
  for (const kv_put& each : written) {
    CHECK(each.value.empty());
    CHECK((each.expiry == 30 * 24h));
  }
}

TEST_CASE("A change is written in value and metadata for thirty days, and a deletion for ever") {
  const change ended = change::only(change_kind::ended, support::second(9));
  const change deleted = change::only(change_kind::deleted, support::second(9));
  scripted_host world;
  support::writes(world, 3);
  CHECK(world.run(facts_in(world).put("stream1", ended)));
  CHECK(world.run(facts_in(world).put("stream1", deleted)));
  CHECK(world.run(facts_in(world).put("stream1", ended, "a value")));
  const auto written = world.asked<kv_put>();
  CHECK((written[0].key == below + "ended" && written[0].value == ended.to_value()));
  CHECK((written[0].metadata == ended.to_metadata() && written[0].expiry == 30 * 24h));
  CHECK((written[1].key == below + "deleted" && written[1].expiry == 0s));
  CHECK((written[2].value == "a value" && written[2].metadata == ended.to_metadata()));
}

TEST_CASE("A fact that could not be written is reported") {
  scripted_host world;
  for (int i = 0; i < 4; ++i) {
    support::fails<kv_put>(world);
  }
  CHECK_FALSE(world.run(facts_in(world).put("stream1", of_cloudflare)));
}

TEST_CASE("All three kinds of facts are folded, from every page, and what cannot be read is left out") {
  scripted_host world;
  const change renamed{.id = "r1", .kind = change_kind::renamed, .at = support::second(3), .title = "Other"};
  support::lists(world,
                 {{.key = below + "mux-" + of_mux.event_id, .metadata = of_mux.to_metadata()},
                  {.key = below + "mux-unreadable", .metadata = "{}"}},
                 "more");
  support::lists(world, {{.key = below + "cloudflare-event", .metadata = of_cloudflare.to_metadata()},
                         {.key = below + "r1", .metadata = renamed.to_metadata()}});
  const auto known = world.run(facts_in(world).fold("stream1"));
  REQUIRE(known);
  CHECK(known->broadcasts.is_fed_at_mux());
  CHECK((known->broadcasts == support::state_of({of_mux, of_cloudflare})));
  CHECK(known->desired.title().value() == "Other");
  CHECK(world.asked<kv_list>().front().prefix == below);

  scripted_host broken;
  support::lists(broken, {}, "more");
  support::fails<kv_list>(broken);
  CHECK_FALSE(broken.run(facts_in(broken).fold("stream1")));
}

TEST_CASE(
    "What only the operator can repair raises the alarm for a day, and is stored and logged all the same") {
  CHECK(written_with(refused(storage_is_full)) == texts{"alarm/cloudflare", below + "cloudflare-event"});
  CHECK(written_with(refused(storage_is_full), true) ==
        texts{"alarm/cloudflare", below + "cloudflare-event"});
  CHECK(written_with(refused("ERR_GOP_OUT_OF_RANGE")) == texts{below + "cloudflare-event"});
  CHECK(written_with(of_cloudflare) == texts{below + "cloudflare-event"});

  scripted_host world;
  support::writes(world, 2);
  CHECK(world.run(facts_in(world).put("stream1", refused(storage_is_full))));
  CHECK((world.asked<kv_put>().front().expiry == 24h));
  REQUIRE(world.log().size() == 1);
  CHECK(world.log().front().contains(storage_is_full));
  support::reads(world, {world.asked<kv_put>().front().value});
  const auto raised = world.run(facts_in(world).alarm());
  REQUIRE((raised && *raised));
  CHECK(((*raised)->code == storage_is_full && (*raised)->raised == support::second(7)));
}

TEST_CASE("A missing or unreadable alarm is no alarm; a store that fails does not tell") {
  scripted_host world;
  support::reads(world, {""});
  support::reads(world, {"{}"});
  support::fails<kv_get>(world);
  for (int i = 0; i < 2; ++i) {
    const auto none = world.run(facts_in(world).alarm());
    CHECK((none && !*none));
  }
  CHECK_FALSE(world.run(facts_in(world).alarm()));
}

TEST_CASE("The alarm ends with a recording at Cloudflare that is ready and began after it") {
  CHECK(ends_alarm(recorded_at(101)));
  CHECK_FALSE(ends_alarm(recorded_at(100)));
  CHECK_FALSE(ends_alarm(recorded_at(99)));
  CHECK_FALSE(ends_alarm(support::state_of(
      {support::of_asset(mux::fact_kind::asset_completed, 200, "a", {.is_live = false, .duration = 30})})));
  CHECK_FALSE(
      ends_alarm(support::state_of({support::of_video(cloudflare::fact_kind::video_live, 120, "v", 110)})));
}

TEST_CASE("With a stream its facts and invites go, on every page, and the deletion stays") {
  streams::stream_record stream{.id = "stream1",
                                .title = {},
                                .memorial_id = {},
                                .created_by = "owner",
                                .created_at = support::second(0),
                                .cloudflare = streams::cloudflare_side{"input1", "https://c.example"},
                                .mux = {},
                                .sealed_credentials = {},
                                .warnings = {},
                                .broadcasts = {}};
  scripted_host world;
  support::lists(
      world, {{.key = below + "deleted", .metadata = ""}, {.key = below + "ended", .metadata = ""}}, "more");
  support::lists(world, {{.key = below + "rotated", .metadata = ""}});
  support::lists(world, {{.key = "invite/stream1/i", .metadata = ""}});
  support::lists(world, {{.key = "fact/stream/input1/cloudflare-e", .metadata = ""}});
  support::removes(world, 4);
  world.run(facts_in(world).remove_all(stream));
  CHECK(support::keys_of<kv_remove>(world) ==
        texts{below + "ended", below + "rotated", "invite/stream1/i", "fact/stream/input1/cloudflare-e"});

  stream.cloudflare.reset();
  scripted_host at_mux;
  support::lists(at_mux);
  support::lists(at_mux);
  at_mux.run(facts_in(at_mux).remove_all(stream));
  CHECK(at_mux.asked<kv_list>().size() == 2);

  scripted_host late;
  support::lists(late,
                 {{.key = below + "deleted", .metadata = ""}, {.key = below + "mux-e", .metadata = ""}});
  support::removes(late);
  late.run(facts_in(late).remove_late("stream1"));
  CHECK(support::keys_of<kv_remove>(late) == texts{below + "mux-e"});
}

} // namespace fact_store_test
