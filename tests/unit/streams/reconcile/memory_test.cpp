// streams::reconcile_memory: its stored form, and how long streams are left alone.
#include "streams/reconcile/memory.h"
#include "support/catch.h"
#include "support/scripted_host.h"

#include <chrono>
#include <string>

namespace {

using namespace std::chrono_literals;
using streams::reconcile_memory;
using streams::retry_time;

reconcile_memory some_memory() {
  reconcile_memory memory{.cursor = "next", .mux_page = 3, .swept = edge::from_microseconds(7)};
  memory.checks["a"] = {
      .fruitless = 2, .next = edge::from_microseconds(20), .last = edge::from_microseconds(10)};
  memory.changes["b"] = {.next = edge::from_microseconds(30)};
  memory.backups["c"] = {.fruitless = 1, .next = edge::from_microseconds(40)};
  return memory;
}

} // namespace

TEST_CASE("The memory of reconcile is stored as it always was") {
  CHECK(some_memory().to_text() ==
        R"({"cursor":"next","muxPage":3,"swept":7,"looks":{"a":[2,20,10]},"pending":{"b":[0,30,0]},)"
        R"("backups":{"c":[1,40,0]}})");
}

TEST_CASE("The memory of reconcile survives a round trip, and an unreadable text is empty memory") {
  CHECK(reconcile_memory::from_text(some_memory().to_text()) == some_memory());
  reconcile_memory stopped = some_memory();
  stopped.foreign = 24;
  stopped.stopped = "more than a tenth";
  stopped.is_cut_off = true;
  stopped.checks["a"].is_urgent = true;
  stopped.searches["d"] = {.fruitless = 4, .next = edge::from_microseconds(50)};
  CHECK(reconcile_memory::from_text(stopped.to_text()) == stopped);
  CHECK(reconcile_memory::from_text("not JSON") == reconcile_memory{});
}

TEST_CASE("Each fruitless try postpones the next one for longer, up to the limit, 20 % more or less") {
  support::scripted_host world;
  retry_time time;
  for (const std::chrono::seconds step : {30s, 60s, 120s, 300s, 300s, 300s, 300s}) {
    time.postpone(world.host(), 5min);
    const auto wait = time.next - world.host().now();
    CHECK(wait >= step * 8 / 10);
    CHECK(wait <= step * 12 / 10);
  }
  CHECK(time.fruitless == 7);
}

TEST_CASE("A stream that was due more than a day ago is forgotten") {
  reconcile_memory memory = some_memory();
  memory.forget_gone(edge::from_microseconds(0) + 24h + std::chrono::microseconds{35});
  CHECK(memory.checks.empty());
  CHECK(memory.changes.empty());
  CHECK(memory.backups.size() == 1);
}
