// With rooms, the alarms of streams repair what requests and webhooks left unfinished, each at its time and
// without the schedule. The schedule finds the streams whose alarm was lost.
#include "simulation/broadcast.h"
#include "simulation/calls.h"
#include "simulation/creation.h"
#include "simulation/deployment.h"
#include "simulation/established.h"
#include "simulation/world.h"
#include "support/catch.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace simulation;
using namespace std::chrono_literals;

// Each operation takes so little time that what happens at once may be simulated one after the other.
course quick() {
  return {.latency = [] { return edge::milliseconds{1}; }};
}

std::string video_of(std::size_t number) {
  const std::string digits = std::to_string(number);
  return std::string(32 - digits.size(), '0') + digits;
}

bool is_quiet(const world& around) { return around.store().keys("intent/").empty(); }

// Every quarter of an hour, as in wrangler.toml.
void run_schedule_for(world& around, std::chrono::minutes time) {
  for (const edge::timestamp end = around.now() + time; around.now() < end;) {
    (void)around.let_pass(15min);
    (void)around.run_schedule();
  }
}

std::vector<std::string> keys_of(const world& around, const std::string& prefix, std::string_view part) {
  std::vector<std::string> found = around.store().keys(prefix);
  std::erase_if(found, [&](const std::string& each) { return !each.contains(part); });
  return found;
}

} // namespace

TEST_CASE("A creation that was cut short is undone by its alarm") {
  world around{7, {}, settings_with_rooms()};
  (void)make_stream(around, plan::cloudflare,
                    failing_always({"POST cloudflare/…/outputs"}, fate::kills_after));
  REQUIRE_FALSE(is_quiet(around));
  (void)around.let_pass(20min);
  CHECK(is_quiet(around));
  CHECK(around.cloudflare().live_inputs().empty());
  CHECK(around.mux().live_streams().empty());
  CHECK(text_of(around.violations()).empty());
}

TEST_CASE("A deletion that was cut short is completed by its alarm, within minutes") {
  world around{7, {}, settings_with_rooms()};
  const std::string id = make_stream(around, plan::cloudflare);
  (void)around.let_pass(1h);
  REQUIRE(ask(around, "DELETE", id, {}, failing_always({"kv_put fact/"}, fate::kills_after)).killed);
  (void)around.let_pass(10min);
  CHECK(is_quiet(around));
  CHECK(around.cloudflare().live_inputs().empty());
  CHECK(around.mux().live_streams().empty());
  CHECK(around.store().keys("stream/").empty());
}

TEST_CASE("Recordings of which no webhook told are found by alarms") {
  world around{7, {}, settings_with_rooms()};
  const std::string id = make_stream(around, plan::cloudflare);
  take_place(around, around.now() + 10s, first_asset, first_video);
  (void)around.let_pass(2h);
  const std::string shown = ask(around, "GET", id).answer->body;
  INFO(shown);
  CHECK(shown.contains(R"("cloudflare":{"available":true,)"));
  CHECK(shown.contains(R"("mux":{"available":true,)"));
}

TEST_CASE("A fold that was lost is repaired by an alarm two minutes later") {
  world around{7, {}, settings_with_rooms()};
  const std::string id = make_stream(around, plan::cloudflare);
  const delivery connected = broadcast(around, around.now(), first_asset, first_video).front();
  const course loses_fold{.fate_of = [](std::size_t, const std::string& name) {
    return name == "kv_put stream/" ? fate::kills_before : fate::succeeds;
  }};
  (void)around.serve(connected.request, connected.body, loses_fold);
  CHECK(ask(around, "GET", id).answer->body.contains(R"("status":"ready")"));
  (void)around.let_pass(150s);
  CHECK(ask(around, "GET", id).answer->body.contains(R"("status":"live")"));
  CHECK(is_quiet(around));
}

TEST_CASE("What lost rooms were to do is done within the hour") {
  world around{7, {}, settings_with_rooms()};
  const std::string id = make_stream(around, plan::cloudflare);
  const delivery connected = broadcast(around, around.now(), first_asset, first_video).front();
  (void)around.serve(connected.request, connected.body);
  (void)make_stream(around, plan::cloudflare,
                    failing_always({"POST cloudflare/…/outputs"}, fate::kills_after));
  take_place(around, around.now(), first_asset, first_video);
  around.rooms().lose_all();
  run_schedule_for(around, 1h);
  CHECK(is_quiet(around));
  CHECK(around.cloudflare().live_inputs().size() == 1);
  CHECK(ask(around, "GET", id).answer->body.contains(R"("mux":{"available":true,)"));
}

TEST_CASE("An alarm that fails rings again, and one that rings twice does nothing twice") {
  world around{7, {}, settings_with_rooms()};
  (void)make_stream(around, plan::cloudflare,
                    failing_always({"POST cloudflare/…/outputs"}, fate::kills_after));
  const course without_store{.fate_of = [](std::size_t, const std::string& name) {
    return name.starts_with("kv_") ? fate::unavailable_before : fate::succeeds;
  }};
  (void)around.let_pass(20min, without_store);
  REQUIRE_FALSE(is_quiet(around));
  (void)around.let_pass(5min);
  CHECK(is_quiet(around));
  const std::size_t calls = around.calls().size();
  const std::string id = make_stream(around, plan::cloudflare);
  for (int rung = 0; rung < 2; ++rung) {
    around.rooms().wake({.name = id, .what = "work", .at = 0});
    (void)around.let_pass(1s);
  }
  CHECK(around.cloudflare().live_inputs().size() == 1);
  CHECK(around.mux().live_streams().size() == 1);
  CHECK(around.calls().size() > calls);
}

TEST_CASE("A backup that could not be attached is attached although its room was lost") {
  world around{7, {}, settings_with_rooms()};
  const std::string id = make_stream(around, plan::cloudflare, failing_always({"POST mux"}, fate::refused));
  REQUIRE(ask(around, "GET", id).answer->body.contains("backup_unavailable"));
  around.rooms().lose_all();
  run_schedule_for(around, 1h);
  CHECK_FALSE(ask(around, "GET", id).answer->body.contains("backup_unavailable"));
  CHECK(around.mux().live_streams().size() == 1);
}

TEST_CASE("A backup that cannot be attached for a month sets no alarm any more") {
  world around{7, {}, settings_with_rooms()};
  const course refuses = failing_always({"POST mux"}, fate::refused);
  (void)make_stream(around, plan::cloudflare, refuses);
  (void)around.let_pass(1h, refuses);
  CHECK(around.rooms().next());
  (void)around.let_pass(std::chrono::days{29}, refuses);
  CHECK(around.rooms().next());
  (void)around.let_pass(std::chrono::days{2}, refuses);
  CHECK_FALSE(around.rooms().next());
}

TEST_CASE("A stream of which nothing is expected sets no alarm any more") {
  world around{7, {}, settings_with_rooms()};
  (void)make_stream(around, plan::cloudflare);
  (void)around.let_pass(24h);
  CHECK_FALSE(around.rooms().next());
}

TEST_CASE("200 streams that go live at once are each checked within 90 s, and no rate limit is exceeded") {
  world around{7, {}, settings_with_rooms()};
  (void)make_stream(around, plan::cloudflare);
  (void)around.let_pass(24h, quick());
  multiply(around, 199);
  around.trust_providers();
  std::vector<std::string> streams = around.store().keys("stream/");
  for (std::string& each : streams) {
    each.erase(0, each.find('/') + 1);
  }
  const edge::timestamp begin = around.now();
  std::vector<std::string> unrecorded;
  for (std::size_t i = 0; i < streams.size(); ++i) {
    const auto all = broadcast(around, begin, first_asset + std::to_string(i), video_of(i), streams[i]);
    // Every tenth is recorded nowhere.
    const std::size_t heard = i % 10 == 0 ? 1 : 7;
    for (std::size_t event = 0; event < heard; ++event) {
      (void)around.serve(all[event].request, all[event].body, quick());
    }
    if (i % 10 == 0) {
      unrecorded.push_back(streams[i]);
    }
  }
  REQUIRE(around.now() < begin + 20s);
  (void)around.let_pass(std::chrono::floor<edge::milliseconds>(begin + 90s - around.now()), quick());
  for (const auto& input : around.cloudflare().live_inputs()) {
    INFO(input.id);
    CHECK(std::ranges::any_of(around.calls(), [&](const provider_call& call) {
      return call.at >= begin + 60s && call.url.contains(input.id);
    }));
  }
  for (const std::string& each : unrecorded) {
    CHECK(keys_of(around, "fact/stream/" + each + '/', "/checked").size() == 1);
  }
  std::vector<provider_call> calls = around.calls();
  std::erase_if(calls, [&](const provider_call& each) { return each.at < begin; });
  CHECK(most_within(1s, calls, others_at_mux) <= 5);
  CHECK(most_within(1s, calls, posts_at_mux) <= 1);
  CHECK(most_within(300s, calls, at_cloudflare) <= 1200);
  CHECK(text_of(around.violations()).empty());
  // The schedule says how many of them it did not wake.
  const served scheduled = around.run_schedule();
  CHECK(std::ranges::any_of(scheduled.log, [](const std::string& line) {
    return line.contains(R"("woken":100)") && line.contains(R"("left":100)");
  }));
}
