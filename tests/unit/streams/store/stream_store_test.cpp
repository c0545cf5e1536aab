// A record that is written back while, or after, its stream is deleted.
#include "streams/model/change.h"
#include "streams/model/stream.h"
#include "streams/store/store.h"
#include "support/catch.h"
#include "support/facts.h"
#include "support/scripted_host.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace {

using edge::operation::kv_get;
using edge::operation::kv_list;
using edge::operation::kv_put;
using edge::operation::kv_remove;
using support::scripted_host;

streams::stream_record some_record() {
  return {.id = "stream1",
          .title = "The service",
          .memorial_id = {},
          .created_by = "owner",
          .created_at = support::second(0),
          .cloudflare = streams::cloudflare_side{"input", "https://c.example"},
          .mux = {},
          .sealed_credentials = "k1:c2VhbGVk",
          .warnings = {},
          .broadcasts = {}};
}

const streams::change deletion = streams::change::only(streams::change_kind::deleted, support::second(9));

// The facts when the fold checks again after writing.
void finds(scripted_host& world, bool deleted, bool index) {
  world.next<kv_get>(kv_get::result{{.found = deleted, .value = deleted ? deletion.to_metadata() : ""},
                                    {.found = index, .value = index ? "stream1" : ""}});
}

void update(scripted_host& world, const streams::stream_record& record) {
  streams::store to{world.host(), world.soon()};
  CHECK(world.run(to.streams.update(record)));
}

} // namespace

TEST_CASE("A fold's record stays if its stream was not deleted, without the credentials") {
  scripted_host world;
  world.next<kv_put>(std::monostate{});
  finds(world, false, true);
  update(world, some_record());
  const auto written = world.asked<kv_put>();
  REQUIRE(written.size() == 1);
  CHECK(written.front().key == "stream/stream1");
  CHECK(written.front().expiry.count() == 0);
  CHECK_FALSE(written.front().value.contains("k1:"));
  CHECK(world.asked<kv_remove>().empty());
}

TEST_CASE("A list tells which streams are in progress, and for how long at most, without their records") {
  scripted_host world;
  world.next<kv_put>(std::monostate{});
  finds(world, false, true);
  streams::stream_record live = some_record();
  live.broadcasts.fold(cloudflare::fact{.event_id = "e",
                                        .kind = cloudflare::fact_kind::input_connected,
                                        .at = scripted_host::start,
                                        .live_input_id = "input"});
  update(world, live);
  const std::string metadata = world.asked<kv_put>().front().metadata;
  const auto is_open = [&](const std::string& written, std::chrono::hours later) {
    scripted_host after;
    after.host().advance_clock(scripted_host::start + later);
    after.next<kv_list>(
        kv_list::result{.entries = {{.key = "stream/stream1", .metadata = written}}, .cursor = ""});
    streams::store from{after.host(), after.soon()};
    const auto page = after.run(from.streams.list_ids(""));
    REQUIRE((page && page->streams.size() == 1));
    CHECK(page->streams.front().id == "stream1");
    return page->streams.front().is_open;
  };
  CHECK(is_open(metadata, std::chrono::hours{1}));
  CHECK_FALSE(is_open(metadata, std::chrono::hours{49}));
  CHECK_FALSE(is_open("null", std::chrono::hours{1}));
}

TEST_CASE("A fold's record that was written while its stream is deleted says so, and expires") {
  scripted_host world;
  world.next<kv_put>(std::monostate{});
  world.next<kv_put>(std::monostate{});
  finds(world, true, true);
  update(world, some_record());
  const auto written = world.asked<kv_put>();
  REQUIRE(written.size() == 2);
  CHECK(written.back().expiry.count() > 0);
  const auto read = streams::stream_record::from_text(written.back().value);
  CHECK((read && read->desired.deleted()));
}

TEST_CASE("A fold's record that was written after its stream was deleted is removed") {
  scripted_host world;
  world.next<kv_put>(std::monostate{});
  world.next<kv_remove>(std::monostate{});
  finds(world, true, false);
  update(world, some_record());
  REQUIRE(world.asked<kv_remove>().size() == 1);
  CHECK(world.asked<kv_remove>().front().key == "stream/stream1");
}

TEST_CASE("A record that says that its stream was deleted is never written without an expiry") {
  for (const bool index : {true, false}) {
    scripted_host world;
    world.next<kv_put>(std::monostate{});
    world.next<kv_remove>(std::monostate{});
    finds(world, false, index); // the deletion's fact may have expired
    streams::stream_record record = some_record();
    record.desired.fold(deletion);
    update(world, record);
    for (const kv_put& each : world.asked<kv_put>()) {
      CHECK(each.expiry.count() > 0);
    }
    CHECK(world.asked<kv_remove>().size() == (index ? 0 : 1));
  }
}

TEST_CASE("A record is read with its credentials, and with what cuts off its publisher") {
  scripted_host world;
  const auto rotation = streams::change::only(streams::change_kind::rotated, support::second(5));
  const auto stop = streams::change::only(streams::change_kind::stopped, support::second(6));
  const auto end = streams::change::only(streams::change_kind::ended, support::second(7));
  world.next<kv_get>(kv_get::result{{.found = true, .value = some_record().to_text()},
                                    {.found = true, .value = "k1:YW5ldw"},
                                    {.found = true, .value = deletion.to_metadata()},
                                    {.found = true, .value = rotation.to_metadata()},
                                    {.found = true, .value = stop.to_metadata()},
                                    {.found = true, .value = end.to_metadata()}});
  streams::store from{world.host(), world.soon()};
  const auto read = world.run(from.streams.get("stream1"));
  REQUIRE((read && *read));
  const streams::stream_record& record = **read;
  CHECK(record.sealed_credentials == "k1:YW5ldw");
  CHECK((record.desired.deleted() && record.desired.rotated().at() == support::second(5)));
  CHECK(record.desired.stopped().at() == support::second(6));
  CHECK(record.desired.ended().at() == support::second(7));
  CHECK(world.asked<kv_get>().front().keys.size() == 6);
}

TEST_CASE("The deletions of listed streams are read, whatever their records say") {
  scripted_host world;
  world.next<kv_get>(kv_get::result{{.found = true, .value = deletion.to_metadata()}, {}});
  std::vector records{some_record(), some_record()};
  records.back().id = "stream2";
  streams::store from{world.host(), world.soon()};
  REQUIRE(world.run(from.streams.fold_deletions(records)));
  CHECK((records.front().desired.deleted() && !records.back().desired.deleted()));
  CHECK(world.asked<kv_get>().front().keys ==
        std::vector<std::string>{"fact/stream/stream1/deleted", "fact/stream/stream2/deleted"});
}

TEST_CASE("A deletion stays, and other changes expire") {
  scripted_host world;
  world.next<kv_put>(std::monostate{});
  world.next<kv_put>(std::monostate{});
  streams::store to{world.host(), world.soon()};
  CHECK(world.run(to.facts.put("stream1", deletion)));
  CHECK(world.run(
      to.facts.put("stream1", streams::change::only(streams::change_kind::ended, support::second(9)))));
  CHECK(world.asked<kv_put>().front().expiry.count() == 0);
  CHECK(world.asked<kv_put>().back().expiry.count() > 0);
}

TEST_CASE("An empty page of a list that is not the last is read on") {
  scripted_host world;
  world.next<kv_list>(kv_list::result{.entries = {}, .cursor = "more"});
  world.next<kv_list>(kv_list::result{.entries = {{.key = "stream/stream1", .metadata = ""}}, .cursor = ""});
  world.next<kv_get>(kv_get::result{{.found = true, .value = some_record().to_text()}});
  streams::store from{world.host(), world.soon()};
  const auto page = world.run(from.streams.list_all("", 20));
  REQUIRE((page && page->streams.size() == 1));
  CHECK(page->cursor.empty());
  CHECK(world.asked<kv_list>().back().cursor == "more");
}

TEST_CASE("Unfinished work behind an empty page is found") {
  scripted_host world;
  world.next<kv_list>(kv_list::result{.entries = {}, .cursor = "more"});
  world.next<kv_list>(
      kv_list::result{.entries = {{.key = "intent/stream1/change1", .metadata = ""}}, .cursor = ""});
  streams::store from{world.host(), world.soon()};
  const auto unfinished = world.run(from.work.list());
  REQUIRE((unfinished && unfinished->changes.size() == 1));
  CHECK(unfinished->changes.front().id == "change1");
  CHECK(world.asked<kv_list>().back().cursor == "more");
}

TEST_CASE("Of more creations than one read takes, the oldest are found") {
  scripted_host world;
  kv_list::result newest_first;
  kv_get::result values;
  for (int i = 0; i < 130; ++i) {
    newest_first.entries.push_back({.key = "intent/stream" + std::to_string(1000 + i), .metadata = ""});
  }
  for (int i = 0; i < 100; ++i) {
    const streams::intent each{.stream_id = "",
                               .tag = "tag",
                               .created_by = "owner",
                               .memorial_id = {},
                               .created_at = support::second(0)};
    values.push_back({.found = true, .value = each.to_text()});
  }
  world.next<kv_list>(std::move(newest_first));
  world.next<kv_get>(std::move(values));
  streams::store from{world.host(), world.soon()};
  const auto unfinished = world.run(from.work.list());
  REQUIRE((unfinished && unfinished->creations.size() == 100));
  CHECK(unfinished->creations.front().stream_id == "stream1129");
  CHECK(unfinished->creations.back().stream_id == "stream1030");
}

TEST_CASE("Facts behind an empty page are removed with their stream") {
  scripted_host world;
  const std::string fact = "fact/stream/stream1/ended";
  world.next<kv_list>(kv_list::result{.entries = {}, .cursor = "more"});
  world.next<kv_list>(kv_list::result{.entries = {{.key = fact, .metadata = ""}}, .cursor = ""});
  world.next<kv_list>(kv_list::result{});
  world.next<kv_list>(kv_list::result{});
  world.next<kv_remove>(std::monostate{});
  streams::store from{world.host(), world.soon()};
  world.run(from.facts.remove_all(some_record()));
  REQUIRE(world.asked<kv_remove>().size() == 1);
  CHECK(world.asked<kv_remove>().front().key == fact);
}

TEST_CASE("A fold reads the newest description from its value if the metadata has no room for it") {
  const auto described = [](const std::string& id, double at, std::string text) {
    return streams::change{.id = id,
                           .kind = streams::change_kind::described,
                           .at = support::second(at),
                           .text = std::move(text)};
  };
  const streams::change first = described("a", 1, std::string(4000, 'a'));
  const streams::change second = described("b", 2, std::string(4000, 'b'));
  const streams::change last = described("c", 3, "short");
  const auto folds = [](scripted_host& world, const std::vector<streams::change>& asked) {
    kv_list::result page;
    for (const streams::change& each : asked) {
      page.entries.push_back({.key = "fact/stream/stream1/" + each.id, .metadata = each.to_metadata()});
    }
    world.next<kv_list>(std::move(page));
    streams::store from{world.host(), world.soon()};
    return world.run(from.facts.fold("stream1"));
  };

  scripted_host world;
  world.next<kv_get>(kv_get::result{{.found = true, .value = second.to_value()}});
  const auto known = folds(world, {first, second});
  REQUIRE(known);
  CHECK(known->desired.description().value() == *second.text);
  REQUIRE(world.asked<kv_get>().size() == 1);
  CHECK(world.asked<kv_get>().front().keys == std::vector<std::string>{"fact/stream/stream1/b"});

  scripted_host short_one;
  const auto shorter = folds(short_one, {first, last});
  REQUIRE(shorter);
  CHECK(shorter->desired.description().value() == "short");
  CHECK(short_one.asked<kv_get>().empty());

  scripted_host longer;
  longer.next<kv_get>(kv_get::result{{.found = true, .value = first.to_value()}});
  const auto replaced = folds(longer, {described("d", 0, "short"), first});
  REQUIRE(replaced);
  CHECK(replaced->desired.description().value() == *first.text);

  scripted_host behind;
  behind.next<kv_get>(kv_get::result{{}});
  const auto unread = folds(behind, {first});
  REQUIRE(unread);
  CHECK_FALSE(unread->desired.description());
}
