// streams::reconcile_stream and streams::wake_rooms: what an alarm does, and when the next one is set.
#include "streams/reconcile/alarm.h"
#include "streams/store/keys.h"
#include "support/catch.h"
#include "support/facts.h"
#include "unit/streams/reconcile/run.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace alarm_test {

namespace {

using namespace reconcile_test;
using namespace std::chrono_literals;
using edge::operation::kv_list;
using edge::operation::wake;
using streams::pending_change;
using streams::stream_record;
using support::effects_of;
using support::reads;
using texts = std::vector<std::string>;

const std::string id = stream_id(1);

edge::environment settings_with_rooms() {
  edge::environment all = settings_with_mux();
  all.set("ROOMS", std::string{edge::environment::bound});
  return all;
}

// A room's alarm for a stream whose next check is an hour away, so that nothing is asked of a provider.
struct woken {
  explicit woken(const edge::environment& from = settings_with_rooms()) : world(from), with(read(from)) {
    memory.checks[id] = {.next = now + 1h, .last = now - 1min};
  }

  streams::reconcile_counts ring(bool has_work = false, bool has_copy_news = false) {
    const streams::alarm of{
        .stream_id = id, .has_work = has_work, .has_copy_news = has_copy_news, .memory = memory.to_text()};
    for (int operations = 0; operations < 2; ++operations) {
      world.next<wake>({});
      world.next<edge::operation::room>(true);
    }
    return world.run(reconcile_stream(world.host(), with, of));
  }

  void finds(const stream_record& record) { reads(world, {record.to_text()}); }
  // A stream without anything to do.
  void finds_nothing_to_do() { finds(stream_at(id)); }
  // In the work queue: markers, and creations with their times.
  void finds_work(const std::vector<std::pair<std::string, edge::timestamp>>& markers,
                  const std::optional<streams::intent>& creation = std::nullopt) {
    std::vector<kv_list::entry> entries;
    entries.reserve(markers.size() + 1);
    for (const auto& [name, since] : markers) {
      entries.push_back({.key = streams::keys::pending_change(id, name),
                         .metadata = json::object().set("since", edge::to_microseconds(since)).dump()});
    }
    if (creation) {
      entries.push_back({.key = "intent/" + id, .metadata = ""});
    }
    support::lists(world, std::move(entries));
    if (creation) {
      reads(world, {creation->to_text()});
    }
  }

  // When the next alarm of that kind is; nullopt without one.
  [[nodiscard]] std::optional<edge::timestamp> next(std::string_view what) const {
    for (const wake& each : world.asked<wake>()) {
      if (each.what == what) {
        return edge::from_microseconds((each.at - 1) * 1000);
      }
    }
    return std::nullopt;
  }

  support::scripted_host world;
  streams::settings with;
  streams::reconcile_memory memory;
};

streams::intent creation_at(edge::timestamp when) {
  return {.stream_id = id, .tag = tag_of(id), .created_by = "owner", .memorial_id = {}, .created_at = when};
}

kv_list::entry entry_of(const std::string& stream, std::optional<edge::timestamp> open_until = std::nullopt) {
  return {.key = "stream/" + stream,
          .metadata =
              open_until ? json::object().set("openUntil", edge::to_microseconds(*open_until)).dump() : ""};
}

void wakes(run& what, const streams::unfinished_work& unfinished = {}) {
  for (int rooms = 0; rooms < 40; ++rooms) {
    what.world.next<wake>({});
  }
  what.world.run(wake_rooms(what.round, what.memory, unfinished));
}

struct woken_room {
  std::string stream;
  std::string what;
  edge::timestamp at;
  bool operator==(const woken_room&) const = default;
};

std::vector<woken_room> rooms_of(const run& what) {
  std::vector<woken_room> rooms;
  for (const wake& each : what.world.asked<wake>()) {
    rooms.push_back({each.name, each.what, edge::from_microseconds((each.at - 1) * 1000)});
  }
  return rooms;
}

} // namespace

TEST_CASE("A stream with nothing to do is looked at again when its next check is due, with its memory") {
  woken what;
  what.finds_nothing_to_do();
  CHECK(what.ring().failures == 0);
  CHECK(what.next("check") == now + 1h);
  CHECK(what.world.asked<wake>().front().memory == what.memory.to_text());
  CHECK(effects_of(what.world).empty());
}

TEST_CASE("After six checks without news a quiet stream waits for its turn, and one in progress does not") {
  for (const std::uint32_t fruitless : {6U, 7U}) {
    woken what;
    what.memory.checks[id].fruitless = fruitless;
    what.finds_nothing_to_do();
    (void)what.ring();
    CHECK(what.next("check").has_value() == (fruitless == 6));
  }
  woken live;
  live.memory.checks[id].fruitless = 7;
  stream_record stream = stream_at(id);
  stream.method = streams::streaming_method::obs;
  cloudflare::fact connected = support::of_input(cloudflare::fact_kind::input_connected, 0);
  connected.at = now - 30min;
  stream.broadcasts.fold(connected);
  live.finds(stream);
  (void)live.ring();
  CHECK(live.next("check").has_value());
}

TEST_CASE("A stream that is gone or deleted has no further alarm") {
  woken gone;
  reads(gone.world, {""});
  (void)gone.ring();
  CHECK(gone.world.asked<wake>().empty());
  woken deleted;
  stream_record stream = stream_at(id);
  stream.desired.fold(streams::change::only(streams::change_kind::deleted, now));
  deleted.finds(stream);
  (void)deleted.ring();
  CHECK(deleted.world.asked<wake>().empty());
}

TEST_CASE("A stream that could not be read is looked at again a minute later") {
  woken what;
  support::fails<edge::operation::kv_get>(what.world);
  CHECK(what.ring().failures == 1);
  CHECK(what.next("check") == now + 1min);
}

TEST_CASE("The work of a stream comes before the look at it, and only if there is some") {
  woken what;
  what.finds_work({{"fold-a", now - 2min}});
  what.finds_nothing_to_do();
  support::lists(what.world);
  support::removes(what.world);
  what.finds_nothing_to_do();
  (void)what.ring(true);
  CHECK(effects_of(what.world) == texts{"remove intent/" + id + "/fold-a"});
  CHECK_FALSE(what.next("work"));

  woken without;
  without.finds_nothing_to_do();
  (void)without.ring();
  CHECK(without.world.asked<kv_list>().empty());
}

TEST_CASE("What is too young is done at once with the youngest") {
  woken what;
  what.finds_work({{"fold-a", now - 100s}, {"fold-b", now - 1min}});
  what.finds_nothing_to_do();
  (void)what.ring(true);
  CHECK(what.next("work") == now + 1min);
}

TEST_CASE(
    "A change that failed has its next try, and a queue that could not be read is read a minute later") {
  woken failing;
  failing.finds_work({{"c1", now - 2min}});
  support::fails<edge::operation::kv_get>(failing.world);
  failing.finds_nothing_to_do();
  CHECK(failing.ring(true).failures == 1);
  REQUIRE(failing.next("work"));
  CHECK((*failing.next("work") >= now + 24s && *failing.next("work") <= now + 36s));

  woken unread;
  support::fails<kv_list>(unread.world);
  unread.finds_nothing_to_do();
  CHECK(unread.ring(true).failures == 1);
  CHECK(unread.next("work") == now + 1min);
}

TEST_CASE("A creation is resolved after its grace period, and tried again a minute after a failure") {
  woken young;
  young.finds_work({}, creation_at(now - 1min));
  young.finds_nothing_to_do();
  (void)young.ring(true);
  CHECK(young.next("work") == now - 1min + grace);

  woken failing;
  failing.finds_work({}, creation_at(now - grace));
  support::fails<edge::operation::kv_get>(failing.world);
  failing.finds_nothing_to_do();
  CHECK(failing.ring(true).failures == 1);
  CHECK(failing.next("work") == now + 1min);
}

TEST_CASE("News of a copy has it looked at although it was put off") {
  for (const bool has_news : {false, true}) {
    woken what{settings_with_mux()};
    what.memory.copies[id] = {.next = now + 5min};
    stream_record stream = stream_at(id);
    stream.broadcasts.fold(streams::change::of(
        streams::transfer{.to = streams::recording_source::cloudflare, .of = "source", .until = now - 1h},
        now - 1h));
    what.finds(stream);
    support::lists(what.world);
    what.world.answers(503);
    CHECK(what.ring(false, has_news).failures == (has_news ? 1U : 0U));
  }
}

TEST_CASE("The alarm attaches a missing backup, and learns this deployment's id only for that") {
  woken what{settings_with_mux()};
  stream_record waiting = stream_at(id);
  waiting.warnings = {{.code = std::string{streams::backup_unavailable}, .detail = "off"}};
  what.finds(waiting);
  reads(what.world, {std::string{deployment_id}});
  reads(what.world, {""}); // no intent
  support::lists(what.world);
  support::lists_live_streams(what.world, {{.id = "live", .tag = tag_of(id)}});
  support::lists_outputs(what.world, {{"output", "live"}});
  support::writes(what.world, 2);
  reads(what.world, {"", "index"});
  // Since the stream has just changed, the providers are compared with it.
  reads(what.world, {""});
  support::lists_videos(what.world, {});
  answers_input(what.world, "input");
  support::lists_assets(what.world, {});
  answers_live_stream(what.world, "live");
  const streams::reconcile_counts done = what.ring();
  CHECK((done.backups_attached == 1 && done.failures == 0));

  woken quiet;
  quiet.finds_nothing_to_do();
  (void)quiet.ring();
  CHECK(quiet.world.asked<edge::operation::kv_get>().size() == 1);
}

TEST_CASE("The schedule wakes the rooms of streams with work that nobody can be at any more") {
  run what{settings_with_rooms()};
  streams::intent other = creation_at(now - grace);
  other.stream_id = stream_id(2);
  streams::intent young = creation_at(now - grace + 1us);
  young.stream_id = stream_id(3);
  const auto marked = [](int stream, edge::timestamp since) {
    return pending_change{.stream_id = stream_id(stream), .id = "c1", .since = since};
  };
  support::lists(what.world);
  wakes(what, {.creations = {other, young},
               .changes = {marked(1, now - 2min), marked(1, now - 3min), marked(4, now - 1min)}});
  CHECK(rooms_of(what) == std::vector<woken_room>{{stream_id(2), "work", now}, {id, "work", now}});
  CHECK(what.round.counts().woken == 2);
}

TEST_CASE("A change of a live input that has no room is completed by the schedule itself") {
  run what{settings_with_rooms()};
  reads(what.world, {""});
  reads(what.world, {""});
  support::removes(what.world);
  support::lists(what.world);
  wakes(what, {.creations = {}, .changes = {{.stream_id = "input", .id = "fold-a", .since = now - 2min}}});
  CHECK(effects_of(what.world) == texts{"remove intent/input/fold-a"});
  CHECK(rooms_of(what).empty());
}

TEST_CASE(
    "The schedule wakes every stream in progress, and twelve others in turn, after an alarm of theirs") {
  const auto woken_at = [](edge::timestamp when) {
    run what{settings_with_rooms()};
    what.world.host().advance_clock(when);
    std::vector<kv_list::entry> entries{entry_of(stream_id(100), when + 1h), entry_of(stream_id(101), when)};
    for (int quiet = 0; quiet < 29; ++quiet) {
      entries.push_back(entry_of(stream_id(quiet)));
    }
    support::lists(what.world, entries);
    wakes(what);
    std::vector<woken_room> rooms = rooms_of(what);
    REQUIRE(rooms.size() == 13);
    CHECK(rooms.front() == woken_room{stream_id(100), "check", when + 6min});
    CHECK((rooms.back().what == "check" && rooms.back().at == when + 6min));
    CHECK(what.round.counts().left == 0);
    return rooms;
  };
  // Twelve of thirty have their turn in each run, so in three runs all have had it.
  std::vector<std::string> all;
  for (const auto later : {0min, 15min, 30min}) {
    for (const woken_room& each : woken_at(now + later)) {
      if (!std::ranges::contains(all, each.stream)) {
        all.push_back(each.stream);
      }
    }
  }
  CHECK(all.size() == 31);
}

TEST_CASE("The newest streams are listed in each run, and with them one page of the older ones") {
  run what{settings_with_rooms()};
  support::lists(what.world, {entry_of(stream_id(1))}, "second");
  support::lists(what.world, {entry_of(stream_id(2))}, "third");
  wakes(what);
  CHECK(rooms_of(what).size() == 2);
  CHECK(what.memory.cursor == "third");

  run next{settings_with_rooms()};
  next.memory.cursor = "third";
  support::lists(next.world, {entry_of(stream_id(1))}, "second");
  support::lists(next.world, {entry_of(stream_id(3))});
  wakes(next);
  CHECK(next.world.asked<kv_list>().back().cursor == "third");
  CHECK(next.memory.cursor.empty());

  run unread{settings_with_rooms()};
  support::fails<kv_list>(unread.world);
  wakes(unread);
  CHECK(unread.round.counts().failures == 1);
  CHECK(rooms_of(unread).empty());
}

} // namespace alarm_test
