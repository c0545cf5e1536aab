// A creation fails, or its Worker dies, at any operation. Twenty minutes later the schedule runs, on good
// days and bad ones, and no trace of the accident is left: no orphan, no duplicate, no intent, and no
// incomplete stream.
#include "simulation/creation.h"
#include "support/catch.h"

#include <string>

namespace {

using namespace simulation;

} // namespace

TEST_CASE("If nothing is half-made, the schedule changes nothing") {
  world around{7};
  (void)create(around);
  const auto before = around.store().keys("");
  reconcile_later(around, "nothing failed");
  for (const std::string& key : before) {
    CHECK(around.store().has(key));
  }
  CHECK(around.cloudflare().live_inputs().size() == 1);
  CHECK(around.mux().live_streams().size() == 1);
}

TEST_CASE("The schedule leaves alone a stream that is still being created") {
  world around{7};
  (void)create(around, failing(6, fate::kills_after));
  REQUIRE(around.store().keys("intent/").size() == 1);
  const auto inputs = around.cloudflare().live_inputs().size();
  around.wait(std::chrono::minutes{14});
  (void)around.reconcile();
  CHECK(around.store().keys("intent/").size() == 1);
  CHECK(around.cloudflare().live_inputs().size() == inputs);
}

TEST_CASE("Of two live inputs that one creation left, both go, with the keys that find their stream") {
  world around{7};
  (void)create(around, failing_always({"POST cloudflare/…/outputs"}, fate::kills_before));
  REQUIRE(around.cloudflare().live_inputs().size() == 1);
  model_cloudflare::live_input twin = around.cloudflare().live_inputs().front();
  const std::string stream =
      around.store().keys("intent/").front().substr(std::string_view{"intent/"}.size());
  twin.id = std::string(32, '7');
  for (const std::string& id : {around.cloudflare().live_inputs().front().id, twin.id}) {
    (void)around.store().put({.key = "by-input/" + id, .value = stream}, around.now());
  }
  around.cloudflare().add({std::move(twin)});
  around.wait(std::chrono::minutes{20});
  (void)around.reconcile();
  CHECK(around.cloudflare().live_inputs().empty());
  CHECK(around.store().keys("by-input/").empty());
}

TEST_CASE("After a Worker is killed before or after any operation, the schedule leaves nothing half-made") {
  for (std::size_t number = 1; number <= count_operations(); ++number) {
    for (fate what : {fate::kills_before, fate::kills_after}) {
      for (bool others_take_effect : {false, true}) {
        world around{7};
        course how = failing(number, what);
        how.survives_its_worker = [=] { return others_take_effect; };
        (void)create(around, how);
        reconcile_later(around, "killed at operation " + std::to_string(number));
      }
    }
  }
}

TEST_CASE("After any operation failed and its cleanup was killed, the schedule leaves nothing half-made") {
  for (std::size_t number = 1; number <= count_operations(); ++number) {
    world around{7};
    (void)create(around, failing_from(number, fate::breaks_after));
    reconcile_later(around, "failing from operation " + std::to_string(number) + " on");
  }
}

TEST_CASE(
    "A run of the schedule that fails or is killed at any operation loses nothing, and the next finishes") {
  for (std::size_t number = 1; number <= 30; ++number) {
    for (fate what : {fate::kills_before, fate::kills_after, fate::breaks_before, fate::breaks_after,
                      fate::times_out_after, fate::throttled, fate::garbled_after, fate::refused}) {
      world around{7};
      (void)create(around, failing(9, fate::kills_after));
      around.wait(std::chrono::minutes{20});
      (void)around.reconcile(failing(number, what));
      reconcile_later(around, "the schedule's operation " + std::to_string(number));
    }
  }
}
