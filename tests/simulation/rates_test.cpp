// However much there is to do, a run of the schedule stays well within both providers' rate limits.
#include "simulation/calls.h"
#include "simulation/creation.h"
#include "simulation/established.h"
#include "support/catch.h"

#include <algorithm>
#include <string>
#include <vector>

namespace {

using namespace simulation;

course failing_at(std::string_view word) {
  course how;
  how.fate_of = [word](std::size_t, const std::string& name) {
    return name.contains(word) ? fate::refused : fate::succeeds;
  };
  return how;
}

// A third are pending deletion, a third have had a broadcast, and a third lack their backup.
void fill(world& around, int streams) {
  std::vector<std::string> to_delete;
  for (int i = 0; i < streams; ++i) {
    const std::string id =
        make_stream(around, plan::cloudflare, i % 3 == 2 ? failing_at("POST mux") : course{});
    if (i % 3 == 0) {
      to_delete.push_back(id);
    }
    if (i % 3 == 1) {
      around.cloudflare().broadcast({.id = "video" + std::to_string(i),
                                     .live_input_id = around.cloudflare().live_inputs().back().id,
                                     .begun = around.now(),
                                     .ended = around.now() + std::chrono::minutes{1}});
    }
  }
  for (const std::string& id : to_delete) {
    CHECK(ask(around, "DELETE", id, {}, failing_at("DELETE")).answer->status == 502);
  }
}

} // namespace

TEST_CASE(
    "With sixty streams to process, the schedule uses at most four fifths of each provider's rate limit") {
  world around{7};
  fill(around, 60);
  around.wait(std::chrono::minutes{10});
  const std::size_t before = around.calls().size();
  std::size_t runs = 0;
  for (; runs < 40; ++runs) {
    const edge::timestamp begun = around.now();
    const std::size_t calls = around.calls().size();
    (void)around.reconcile();
    CHECK(around.calls().size() - calls <= 40);
    // The cron trigger fires every minute, and no run takes longer.
    CHECK(around.now() <= begun + std::chrono::minutes{1});
    around.wait(
        std::chrono::duration_cast<edge::milliseconds>(begun + std::chrono::minutes{1} - around.now()));
  }
  const std::vector<provider_call> made{around.calls().begin() + static_cast<std::ptrdiff_t>(before),
                                        around.calls().end()};
  using std::chrono::seconds;
  CHECK(most_within(seconds{5}, made, posts_at_mux) <= 4);      // of 1 in a second
  CHECK(most_within(seconds{1}, made, others_at_mux) <= 4);     // of 5 in a second
  CHECK(most_within(seconds{300}, made, at_cloudflare) <= 960); // of 1,200 in five minutes
  // It was busy, and all of the work is done.
  CHECK(std::ranges::count_if(made, posts_at_mux) == 20);
  CHECK(around.cloudflare().live_inputs().size() == 40);
  CHECK(around.mux().live_streams().size() == 40);
  CHECK(around.store().keys("intent/").empty());
  CHECK(text_of(around.violations()).empty());
}

TEST_CASE("A run of the schedule without work takes four KV operations and writes nothing") {
  world around{7};
  for (int i = 0; i < 3; ++i) {
    (void)make_stream(around, plan::cloudflare);
  }
  around.wait(std::chrono::minutes{20});
  auto steps_of_a_run = [&] {
    std::vector<std::string> names;
    for (const step& each : around.reconcile().steps) {
      names.push_back(each.name);
    }
    return names;
  };
  // This run checked each stream and both providers' lists.
  CHECK(steps_of_a_run().size() > 4);
  CHECK(steps_of_a_run() == std::vector<std::string>{"kv_get reconcile/", "kv_list intent/",
                                                     "kv_list stream/", "kv_get stream/"});
}
