// A creation whose live input was not reported back properly: it must not remain.
#include "simulation/creation.h"
#include "support/catch.h"

namespace {

using namespace simulation;

void check_nothing_left(const world& around) {
  INFO(text_of(around.violations()));
  CHECK(around.violations().empty());
  CHECK(around.cloudflare().live_inputs().empty());
  CHECK(around.mux().live_streams().empty());
  CHECK(around.store().keys("stream/").empty());
  CHECK(around.store().keys("intent/").empty());
}

} // namespace

TEST_CASE("A creation removes a live input that lost our tag") {
  world around{7, {.cloudflare_forgets_tags = true}};
  const served made = create(around);
  INFO(text_of(made));
  CHECK(made.answer->status == 502);
  check_nothing_left(around);
}

TEST_CASE("A live input whose id was not returned is found by its tag and removed") {
  world around{7, {.cloudflare_leaves_out_ids = true}};
  const served made = create(around);
  INFO(text_of(made));
  CHECK(made.answer->status == 502);
  check_nothing_left(around);
}

TEST_CASE("The schedule removes a live input whose id was not returned if its creation was killed") {
  const std::size_t count = [] {
    world around{7, {.cloudflare_leaves_out_ids = true}};
    return create(around).steps.size();
  }();
  for (std::size_t number = 1; number <= count; ++number) {
    world around{7, {.cloudflare_leaves_out_ids = true}};
    (void)create(around, failing(number, fate::kills_after));
    for (int run = 0; run < 2; ++run) {
      around.wait(std::chrono::minutes{20});
      (void)around.reconcile();
    }
    check_nothing_left(around);
  }
}
