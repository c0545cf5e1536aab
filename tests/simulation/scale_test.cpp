// With hundreds or thousands of streams in one account, every kind of repair gets its share of each run.
#include "simulation/broadcast.h"
#include "simulation/creation.h"
#include "simulation/established.h"
#include "streams/reconcile/memory.h"
#include "support/catch.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace simulation;

// A crowd of streams in good order, and among them one of everything that is to be repaired.
struct crowd {
  explicit crowd(std::size_t count) {
    (void)make_stream(around, plan::cloudflare);
    multiply(around, count);
    const auto& first = around.mux().live_streams().front();
    around.mux().add_oldest(
        {.id = orphan,
         .stream_key = around.chance().hex(32),
         .playback_id = around.chance().text(46),
         .passthrough = first.passthrough.substr(0, first.passthrough.rfind(':') + 1) + std::string(26, '0'),
         .created = first.created});
    around.wait(std::chrono::hours{1});
    without_backup = make_stream(around, plan::cloudflare, failing_always({"POST mux"}, fate::refused));
    switched = make_stream(around, plan::cloudflare);
    (void)ask(around, "PUT", switched + "/simulcast", R"({"enabled":false})");
    unreported = make_stream(around, plan::cloudflare);
    around.cloudflare().broadcast({.id = "0123456789abcdef0123456789abcdef",
                                   .live_input_id = around.cloudflare().live_inputs().back().id,
                                   .begun = around.now(),
                                   .ended = around.now() + std::chrono::minutes{1}});
    (void)make_stream(around, plan::cloudflare, {.fate_of = [](std::size_t, const std::string& name) {
                        return name == "POST cloudflare/…/outputs" ? fate::kills_after : fate::succeeds;
                      }});
    around.wait(std::chrono::minutes{16});
  }

  [[nodiscard]] bool has_orphan() const {
    return std::ranges::contains(around.mux().live_streams(), orphan, &model_mux::live_stream::id);
  }

  // The runs of the schedule, one a minute, and with rooms the alarms that they set. None may report a
  // failure; the sum of a count in their logs.
  std::size_t run(std::size_t runs, std::string_view count) {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < runs; ++i) {
      around.wait(std::chrono::minutes{1});
      const served done = around.reconcile();
      REQUIRE((done.answer && !done.log.empty()));
      for (const std::string& line : done.log) {
        INFO(line);
        CHECK(line.contains(R"("failures":0)"));
        const std::string name = '"' + std::string{count} + "\":";
        const std::size_t at = line.find(name);
        REQUIRE(at != std::string::npos);
        sum += std::stoul(line.substr(at + name.size()));
      }
    }
    return sum;
  }

  const std::string orphan{"orphanAtMux"};
  world around{7};
  std::string without_backup;
  std::string switched;
  std::string unreported;
};

// The oldest of so many streams. By default, each of the others has been due for ten minutes, as where the
// schedule cannot keep up.
struct old_stream {
  explicit old_stream(std::size_t others, std::chrono::minutes due_in = std::chrono::minutes{-10})
      : id(make_stream(around, plan::cloudflare)) {
    around.wait(std::chrono::hours{1});
    multiply(around, others);
    around.trust_providers();
    streams::reconcile_memory memory;
    memory.swept = around.now() + std::chrono::days{1};
    for (const std::string& key : around.store().keys("stream/")) {
      if (!key.ends_with(id)) {
        memory.checks[key.substr(key.find('/') + 1)] = {
            .fruitless = 6, .next = around.now() + due_in, .last = around.now() - std::chrono::minutes{70}};
      }
    }
    (void)around.store().put({.key = "reconcile/state", .value = memory.to_text()}, around.now());
  }

  // The first webhook of a broadcast that goes on.
  void goes_live(const std::string& video, const course& how = {}) {
    around.cloudflare().broadcast({.id = video,
                                   .live_input_id = live_input,
                                   .begun = around.now(),
                                   .ended = around.now() + std::chrono::hours{1}});
    const delivery connected = broadcast(around, around.now(), first_asset, video, id).front();
    (void)around.serve(connected.request, connected.body, how);
  }

  // In how many of these runs, one a minute, the providers are asked about it.
  int looks_in(int runs) {
    int looks = 0;
    for (int run = 0; run < runs; ++run) {
      around.wait(std::chrono::minutes{1});
      const auto before = static_cast<std::ptrdiff_t>(around.calls().size());
      (void)around.run_schedule();
      looks += std::ranges::any_of(
                   around.calls().begin() + before, around.calls().end(),
                   [&](const provider_call& each) { return each.url.contains("live_inputs/" + live_input); })
                   ? 1
                   : 0;
    }
    return looks;
  }

  world around{7};
  std::string id;
  std::string live_input = around.cloudflare().live_inputs().front().id;
};

// Cloudflare's notification about a live input.
void notify(world& around, const std::string& live_input, std::string_view event) {
  edge::request request{.method = "POST",
                        .url = "https://app.example/api/webhooks/stream-status",
                        .headers = {{"cf-webhook-auth", std::string{notification_secret}}}};
  const std::string body = R"({"data":{"input_id":")" + live_input + R"(","event_type":"live_input.)" +
                           std::string{event} + R"(","updated_at":")" + edge::format_timestamp(around.now()) +
                           R"("}})";
  const served done = around.serve(std::move(request), body);
  REQUIRE((done.answer && done.answer->status == 200));
}

} // namespace

TEST_CASE("A live stream whose recording must have begun is checked before those that ended") {
  world around{7};
  constexpr std::size_t ended = 14; // more than one run can check
  for (std::size_t i = 0; i < ended + 3; ++i) {
    (void)make_stream(around, plan::cloudflare);
    const std::string input = around.cloudflare().live_inputs().back().id;
    notify(around, input, "connected");
    around.wait(std::chrono::seconds{1});
    if (i < ended) {
      notify(around, input, "disconnected");
    }
  }
  around.wait(std::chrono::seconds{90});
  const auto before = static_cast<std::ptrdiff_t>(around.calls().size());
  (void)around.reconcile();
  for (std::size_t i = ended; i < ended + 3; ++i) {
    const std::string& input = around.cloudflare().live_inputs().at(i).id;
    CHECK(std::ranges::any_of(around.calls().begin() + before, around.calls().end(),
                              [&](const provider_call& each) { return each.url.contains(input); }));
  }
  // Each alarm has calls of its own.
  if (!around.has_rooms()) {
    CHECK(around.calls().size() - static_cast<std::size_t>(before) < 3 * ended);
  }
}

TEST_CASE(
    "An old stream that goes live among 10,000 newer ones is looked at by the next run, and from then on") {
  old_stream old{10'000};
  // With rooms, its own alarm still looks.
  CHECK((old.around.has_rooms() || old.looks_in(1) == 0));
  old.goes_live(first_video);
  CHECK(old.looks_in(1) == 1);
  // At least every six minutes, and at once when its recording must have begun.
  CHECK(old.looks_in(1) == 1);
  CHECK(old.looks_in(20) >= 3);
}

TEST_CASE("An old stream that goes live again while a recording is awaited is looked at by the next run") {
  old_stream old{1'000};
  old.goes_live(first_video);
  (void)old.looks_in(3);
  // Mux never has a recording, so the stream stays in progress, and is looked at once an hour.
  old.around.wait(std::chrono::hours{7});
  (void)old.looks_in(60);
  REQUIRE(old.looks_in(20) <= 1);
  old.goes_live("fedcba9876543210fedcba9876543210");
  CHECK(old.looks_in(1) == 1);
}

TEST_CASE("An old stream of whose going live the fold was lost is looked at once the schedule has folded") {
  old_stream old{1'000};
  old.goes_live(first_video, {.fate_of = [](std::size_t, const std::string& name) {
                  return name == "kv_get stream/" ? fate::kills_before : fate::succeeds;
                }});
  (void)old.looks_in(1);
  // With the second run the fold is two minutes old.
  CHECK(old.looks_in(2) >= 1);
}

TEST_CASE("A run reads the newest streams, a page of the older ones and those that are due, and no others") {
  for (const auto& [due_in, most] : {std::pair<int, std::size_t>{-10, 300}, {10, 200}}) {
    old_stream old{1'000, std::chrono::minutes{due_in}};
    std::size_t records = 0;
    for (const step& each : old.around.run_schedule().steps) {
      records += each.name == "kv_get stream/" ? each.keys : 0;
    }
    CHECK(records <= most);
  }
}

TEST_CASE("A live stream that is behind hundreds of newer ones is found over several runs, not made again") {
  world around{7};
  const std::string id =
      make_stream(around, plan::cloudflare, failing_always({"POST mux"}, fate::breaks_after));
  const auto made = around.mux().live_streams();
  REQUIRE_FALSE(made.empty());
  const std::string first = made.front().id;
  std::vector<model_mux::live_stream> others;
  others.reserve(930);
  for (int i = 0; i < 930; ++i) {
    others.push_back({.id = "other" + std::to_string(i),
                      .stream_key = around.chance().hex(32),
                      .playback_id = around.chance().text(46),
                      .passthrough = "theirs",
                      .created = around.now() + std::chrono::seconds{1}});
  }
  around.trust_providers();
  around.mux().add(std::move(others));
  for (int i = 0; i < 4; ++i) {
    around.wait(std::chrono::hours{1});
    (void)around.reconcile();
  }
  CHECK_FALSE(ask(around, "GET", id).answer->body.contains("backup_unavailable"));
  CHECK(around.mux().live_streams().size() <= 930 + made.size());
  CHECK(std::ranges::contains(around.mux().live_streams(), first, &model_mux::live_stream::id));
}

TEST_CASE("What a run learned is kept although its sweep is killed") {
  world around{7};
  (void)make_stream(around, plan::cloudflare);
  around.wait(std::chrono::hours{25});
  const served run = around.run_schedule({.fate_of = [](std::size_t, const std::string& name) {
    return name == "GET cloudflare" ? fate::kills_before : fate::succeeds;
  }});
  REQUIRE(run.killed);
  // With rooms, the schedule learns nothing before it.
  CHECK(around.store().has("reconcile/state") != around.has_rooms());
}

TEST_CASE("More work than a run can list is said") {
  world around{7};
  const edge::timestamp now = around.now();
  const std::string young = R"({"since":)" + std::to_string(edge::to_microseconds(now)) + '}';
  for (int i = 0; i < 10'001; ++i) {
    (void)around.store().put({.key = "intent/unknown/fold-" + std::to_string(i), .metadata = young}, now);
  }
  around.trust_providers();
  const served run = around.run_schedule();
  REQUIRE_FALSE(run.log.empty());
  INFO(run.log.back());
  CHECK(run.log.back().contains(R"("left":1)"));
}

TEST_CASE("At 361, 2,100 and 10,000 streams, every kind of repair gets its share of each run") {
  for (const std::size_t count : {361UL, 2'100UL, 10'000UL}) {
    crowd of{count};
    world& around = of.around;
    REQUIRE(around.store().keys("intent/").size() == 2);
    INFO(count << " streams");
    // What a run cannot reach is said. With rooms, each stream has calls of its own, and nothing is left.
    CHECK((of.run(3, "left") == 0) == around.has_rooms());
    CHECK(around.store().keys("intent/").empty());
    CHECK_FALSE(ask(around, "GET", of.without_backup).answer->body.contains("backup_unavailable"));
    CHECK(ask(around, "GET", of.unreported).answer->body.contains(R"("cloudflare":{"available":true,)"));
    if (count < 10'000) {
      // The orphan is on the last page of Mux's list, of which a run reads one.
      (void)of.run(count / 100 + 5, "left");
      CHECK_FALSE(of.has_orphan());
    }
    const auto deleted = std::ranges::count(around.calls(), "DELETE", &provider_call::method);
    INFO(text_of(around.violations()));
    CHECK(deleted <= 4);
  }
}
