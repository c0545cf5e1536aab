// Tests the invariants, not the Worker: one of them must notice each fault of the world.
#include "simulation/creation.h"
#include "support/catch.h"

#include <algorithm>
#include <string>
#include <vector>

namespace {

using namespace simulation;

// All violations in a world with that fault when each operation in turn fails in some ways.
std::vector<std::string> violations_with(const quirks& faults) {
  std::vector<std::string> all;
  for (std::size_t number = 0; number <= 40; ++number) {
    for (fate what : {fate::breaks_after, fate::times_out_after, fate::refused, fate::kills_after}) {
      world around{7, faults};
      (void)create(around, failing(number, what));
      all.insert(all.end(), around.violations().begin(), around.violations().end());
    }
  }
  return all;
}

bool is_noticed(const quirks& faults, std::string_view as) {
  const std::vector<std::string> found = violations_with(faults);
  INFO("violated: " << text_of(found));
  const bool noticed = std::ranges::any_of(found, [&](const std::string& each) { return each.contains(as); });
  CHECK(noticed);
  return noticed;
}

} // namespace

TEST_CASE("The invariants find nothing in a world without faults") {
  CHECK(text_of(violations_with({})).empty());
}

TEST_CASE("The invariants notice a forgotten idempotency key") {
  CHECK(is_noticed({.cloudflare_forgets_idempotency_keys = true}, "two live inputs carry one tag"));
}

TEST_CASE("The invariants notice an object that is reported as deleted and still exists") {
  CHECK(is_noticed({.mux_keeps_what_is_deleted = true}, "a live stream is left over"));
  CHECK(is_noticed({.cloudflare_keeps_what_is_deleted = true}, "a live input is left over"));
}

TEST_CASE("The invariants notice a forgotten tag") {
  CHECK(is_noticed({.mux_forgets_passthroughs = true}, "a live stream is left over that no intent names"));
}

TEST_CASE("The invariants notice a lost write") {
  CHECK(is_noticed({.store_loses_intents = true}, "a provider is called without any intent"));
  CHECK(is_noticed({.store_loses_records = true}, "a stream was promised and is not stored"));
}

TEST_CASE("The invariants notice an intent that stays") {
  CHECK(is_noticed({.store_keeps_intents = true}, "an intent is left"));
}

TEST_CASE("The invariants notice a secret stored in clear text, in any encoding") {
  CHECK(is_noticed({.seal_does_nothing = true}, "a WHIP address stands in the store"));
}
