// Two deployments with the same settings share one account at each provider, and each has a KV of its own. Or
// a deployment is given another KV, or one that has lost records. No sweep touches what it cannot know.
#include "simulation/creation.h"
#include "simulation/established.h"
#include "streams/model/stream.h"
#include "support/catch.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace {

using namespace simulation;

constexpr std::size_t most = 100;
// Longer than any test takes: with rooms, days.
constexpr std::chrono::days very_long{60};

// Sweeps come so often: with rooms, once a day.
edge::milliseconds between_sweeps(const world& around) {
  return around.has_rooms() ? std::chrono::hours{25} : std::chrono::minutes{5};
}

// With rooms, alarms ring in the first minutes and at the end only, which keeps the test short.
void pass_until_sweep(world& around) {
  if (!around.has_rooms()) {
    around.wait(between_sweeps(around));
    return;
  }
  constexpr std::chrono::minutes some{20};
  (void)around.let_pass(some);
  around.wait(between_sweeps(around) - 2 * some);
  (void)around.let_pass(some);
}

void make(world& around, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    (void)make_stream(around, plan::cloudflare);
    if (i % 10 == 0) {
      around.cloudflare().broadcast({.id = "video" + std::to_string(around.cloudflare().live_inputs().size()),
                                     .live_input_id = around.cloudflare().live_inputs().back().id,
                                     .begun = around.now(),
                                     .ended = around.now() + very_long});
    }
  }
}

// Whether a line of the logs contains the word. With rooms, each run sweeps; without, every third.
bool sweep(world& around, int runs, std::string_view word = {}) {
  bool said = false;
  for (int run = 0; run < (around.has_rooms() ? (runs + 2) / 3 : runs); ++run) {
    pass_until_sweep(around);
    for (const std::string& line : around.run_schedule().log) {
      said = said || line.contains(word);
    }
  }
  return said;
}

std::string readiness(world& around) {
  return around.serve({.method = "GET", .url = "https://live.example/readyz", .headers = {}}, "")
      .answer->body;
}

bool was_deleted(const world& around) {
  return std::ranges::contains(around.calls(), "DELETE", &provider_call::method);
}

} // namespace

TEST_CASE("Two deployments with the same settings never touch each other's objects") {
  world around{7};
  make(around, most);
  around.change_deployment();
  make(around, most);
  for (int turn = 0; turn < 6; ++turn) {
    (void)sweep(around, 2);
    around.change_deployment();
  }
  CHECK(around.cloudflare().live_inputs().size() == 2 * most);
  CHECK(around.mux().live_streams().size() == 2 * most);
  CHECK_FALSE(was_deleted(around));
}

TEST_CASE("If KV is emptied under a deployment, nothing is deleted, and the log and /readyz say so") {
  world around{7};
  make(around, 12);
  around.lose("");
  CHECK(sweep(around, 5, R"("ofOtherDeployments":24)"));
  CHECK_FALSE(was_deleted(around));
  CHECK(readiness(around).contains("on; left alone: 24 objects"));
}

TEST_CASE("If KV has lost records, the sweep deletes nothing, and the log and /readyz say why") {
  world around{7};
  make(around, 12);
  around.lose("stream/");
  CHECK(sweep(around, 5, R"("sweepStopped":"more than a tenth)"));
  CHECK_FALSE(was_deleted(around));
  CHECK(readiness(around).contains(R"("sweep":"stopped: more than a tenth)"));
}

TEST_CASE(
    "An input without a stream is not deleted while somebody is connected, nor is an active live stream") {
  world around{7};
  make(around, 20);
  const std::string id = around.store().keys("stream/").back();
  const auto record = streams::stream_record::from_text(around.store().entries().at(id).value);
  REQUIRE(record);
  const edge::timestamp end = around.now() + 13 * between_sweeps(around);
  around.cloudflare().broadcast({.id = "0123456789abcdef0123456789abcdef",
                                 .live_input_id = record->cloudflare->live_input_id,
                                 .begun = around.now(),
                                 .ended = end});
  around.mux().broadcast({.id = "asset",
                          .live_stream_id = record->mux->live_stream_id,
                          .playback_id = "playback",
                          .begun = around.now(),
                          .ended = end});
  around.lose(id);
  (void)sweep(around, 12);
  CHECK_FALSE(was_deleted(around));
  REQUIRE(around.now() < end);
  around.wait(std::chrono::ceil<edge::milliseconds>(end - around.now()));
  (void)sweep(around, 12);
  CHECK(around.cloudflare().live_inputs().size() == 19);
  CHECK(around.mux().live_streams().size() == 19);
}

TEST_CASE("What one page of the lists shows stops the sweep of the pages after it") {
  world around{7};
  make(around, 1);
  multiply(around, 129);
  around.wait(std::chrono::hours{1});
  const auto all = around.store().keys("stream/");
  // The newest are lost, a third of the first page, and one on the second.
  for (std::size_t i = 0; i < 40; ++i) {
    around.lose(all[i]);
  }
  around.lose(all.back());
  (void)sweep(around, 12);
  CHECK_FALSE(was_deleted(around));
}

TEST_CASE("Of a few objects without a stream, a run deletes at most five, and the next the others") {
  world around{7};
  make(around, 1);
  multiply(around, 60);
  const auto all = around.store().keys("stream/");
  for (std::size_t i = 0; i < 4; ++i) {
    around.lose(all[i]);
  }
  std::size_t left = 122;
  for (int run = 0; run < 20; ++run) {
    pass_until_sweep(around);
    const std::size_t calls = around.calls().size();
    (void)around.run_schedule();
    const std::size_t now = around.cloudflare().live_inputs().size() + around.mux().live_streams().size();
    CHECK(left - now <= 5);
    CHECK(around.calls().size() - calls <= 40);
    left = now;
  }
  CHECK(left == 114);
}
