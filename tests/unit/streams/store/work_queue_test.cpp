// streams::work_queue: work that is written down before it is done, and when it is due.
#include "streams/model/stream_id.h"
#include "streams/settings/settings.h"
#include "streams/store/work_queue.h"
#include "support/catch.h"
#include "support/scripted_store.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace work_test {

namespace {

using namespace std::chrono_literals;
using edge::operation::kv_get;
using edge::operation::kv_list;
using edge::operation::kv_put;
using edge::operation::kv_remove;
using edge::operation::wake;
using streams::intent;
using streams::pending_change;
using streams::work_queue;
using support::scripted_host;
using texts = std::vector<std::string>;

constexpr edge::timestamp now = scripted_host::start;
const std::string id = streams::make_stream_id(now, "0123456789");

const intent creation{
    .stream_id = id, .tag = "tag", .created_by = "owner", .memorial_id = "m1", .created_at = now - 1s};

work_queue queue_in(scripted_host& world) { return work_queue{{world.host(), world.soon()}}; }

edge::environment with_rooms() {
  edge::environment all;
  all.set("ROOMS", std::string{edge::environment::bound});
  return all;
}

// When the room is to wake the core for this work, in milliseconds.
std::int64_t due_at(const auto& work, edge::environment from = with_rooms()) {
  scripted_host world{std::move(from)};
  support::writes(world);
  world.next<wake>(std::monostate{});
  CHECK(world.run(queue_in(world).put(work)));
  const auto asked = world.asked<wake>();
  REQUIRE(asked.size() == 1);
  CHECK((asked.front().name == id && asked.front().what == "work"));
  return asked.front().at;
}

std::int64_t milliseconds_of(edge::timestamp at) { return edge::to_microseconds(at) / 1000; }

kv_list::entry key_of(const std::string& rest, edge::timestamp since = now) {
  return {.key = "intent/" + rest,
          .metadata = R"({"since":)" + std::to_string(edge::to_microseconds(since)) + '}'};
}

} // namespace

TEST_CASE("An intent survives a round trip, and one without a tag, a creator or a time is refused") {
  const auto read = intent::from_text(id, creation.to_text());
  REQUIRE(read);
  CHECK((read->stream_id == id && read->tag == "tag" && read->created_by == "owner"));
  CHECK((read->memorial_id == "m1" && read->created_at == now - 1s));
  intent alone = creation;
  alone.memorial_id.reset();
  const auto without_memorial = intent::from_text(id, alone.to_text());
  CHECK((without_memorial && !without_memorial->memorial_id));
  for (const char* text : {"", R"({"createdBy":"a","createdAt":1})", R"({"tag":"a","createdAt":1})",
                           R"({"tag":"a","createdBy":"a"})"}) {
    CHECK_FALSE(intent::from_text(id, text));
  }
}

TEST_CASE("A fold and a check are told from changes that somebody asked for") {
  scripted_host world;
  const pending_change fold = pending_change::fold_of(id, "mux-event", now);
  CHECK((fold.stream_id == id && fold.id == "fold-mux-event" && fold.since == now));
  CHECK((fold.is_fold() && !fold.is_check()));
  const pending_change check = pending_change::check_of(id, world.host());
  CHECK((check.is_fold() && check.is_check()));
  // It is due at once.
  CHECK((check.since == now - 2min));
  CHECK_FALSE(pending_change{.stream_id = id, .id = "rotated", .since = now}.is_fold());
}

TEST_CASE("What is put is written and set due for when its request is over") {
  // A room rounds up to whole milliseconds.
  CHECK(due_at(creation) == milliseconds_of(creation.created_at + 15min) + 1);
  const pending_change change{.stream_id = id, .id = "rotated", .since = now};
  CHECK(due_at(change) == milliseconds_of(now + 2min + 15s) + 1);
  edge::environment short_grace = with_rooms();
  short_grace.set("RECONCILE_GRACE_SECONDS", "60");
  CHECK(due_at(creation, short_grace) == milliseconds_of(creation.created_at + 60s) + 1);
  CHECK(due_at(change, short_grace) == milliseconds_of(now + 60s + 15s) + 1);

  scripted_host without_rooms;
  support::writes(without_rooms, 2);
  CHECK(without_rooms.run(queue_in(without_rooms).put(creation)));
  CHECK(without_rooms.run(queue_in(without_rooms).put(change)));
  const auto written = without_rooms.asked<kv_put>();
  CHECK((written[0].key == "intent/" + id && written[0].value == creation.to_text()));
  CHECK(written[1].key == "intent/" + id + "/rotated");
  CHECK(written[1].metadata == key_of("").metadata);
  CHECK((written[0].expiry.count() == 0 && written[1].expiry.count() == 0));
  CHECK(without_rooms.asked().size() == 2);
}

TEST_CASE("Work that could not be written is reported, and a room that does not answer is not") {
  scripted_host world{with_rooms()};
  for (int i = 0; i < 4; ++i) {
    support::fails<kv_put>(world);
  }
  world.next<wake>(std::monostate{});
  CHECK_FALSE(world.run(queue_in(world).put(creation)));
  scripted_host silent{with_rooms()};
  support::writes(silent);
  support::fails<wake>(silent);
  CHECK(silent.run(queue_in(silent).put(creation)));
}

TEST_CASE("Work is removed by its own key") {
  scripted_host world;
  support::removes(world, 2);
  CHECK(world.run(queue_in(world).remove_intent(id)));
  CHECK(world.run(queue_in(world).remove({.stream_id = id, .id = "rotated", .since = now})));
  CHECK(support::keys_of<kv_remove>(world) == texts{"intent/" + id, "intent/" + id + "/rotated"});
}

TEST_CASE("A stream has an intent if its key is there; a store that fails says neither") {
  scripted_host world;
  support::reads(world, {"an intent"});
  support::reads(world, {""});
  support::fails<kv_get>(world);
  const auto has = [&] { return world.run(queue_in(world).has_intent(id)); };
  CHECK(has().value_or(false));
  CHECK_FALSE(has().value_or(true));
  CHECK_FALSE(has());
  CHECK(world.asked<kv_get>().front().keys == texts{"intent/" + id});
}

TEST_CASE("Unfinished work is told apart: creations with their values, changes with their times") {
  scripted_host world;
  support::lists(world, {key_of(id),
                         key_of(id + "/rotated", now - 1h),
                         key_of("input1/fold-cloudflare-e"),
                         {.key = "intent/" + id + "/renamed1", .metadata = "unreadable"}});
  support::reads(world, {creation.to_text()});
  const auto found = world.run(queue_in(world).list());
  REQUIRE(found);
  REQUIRE(found->creations.size() == 1);
  CHECK((found->creations.front().stream_id == id && found->creations.front().tag == "tag"));
  REQUIRE(found->changes.size() == 3);
  CHECK((found->changes[0].stream_id == id && found->changes[0].id == "rotated"));
  CHECK((found->changes[0].since == now - 1h));
  CHECK((found->changes[1].stream_id == "input1" && found->changes[1].id == "fold-cloudflare-e"));
  CHECK((found->changes[2].since == edge::timestamp{}));
  CHECK(found->left_out == 0);
  CHECK(world.asked<kv_list>().front().prefix == "intent/");
}

TEST_CASE("The work of one stream is listed below its key, and an unreadable creation is left out") {
  scripted_host world;
  support::lists(world, {key_of(id)});
  support::reads(world, {"{}"});
  const auto found = world.run(queue_in(world).list_of(id));
  CHECK((found && found->creations.empty()));
  CHECK(world.asked<kv_list>().front().prefix == "intent/" + id);
}

TEST_CASE("Of more creations than one read takes, and more pages than a run reads, it is known that some "
          "were left") {
  scripted_host world;
  std::vector<kv_list::entry> entries;
  entries.reserve(101);
  for (int i = 0; i < 101; ++i) {
    entries.push_back(key_of("stream" + std::to_string(1000 + i)));
  }
  support::lists(world, entries);
  support::reads(world, texts(100, creation.to_text()));
  const auto some = world.run(queue_in(world).list());
  REQUIRE(some);
  CHECK((some->creations.size() == 100 && some->left_out == 1));
  // KV refuses a longer list. What is left is the newest, which comes first.
  const texts asked = world.asked<kv_get>().front().keys;
  CHECK(asked.size() == 100);
  CHECK((asked.front() == entries.back().key && asked.back() == entries[1].key));

  scripted_host endless;
  for (int page = 0; page < 10; ++page) {
    support::lists(endless, {key_of("stream/change" + std::to_string(page))}, "more");
  }
  const auto first = endless.run(queue_in(endless).list());
  REQUIRE(first);
  CHECK((first->changes.size() == 10 && first->left_out == 1));
}

} // namespace work_test
