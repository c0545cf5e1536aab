// Webhooks are lost, or their Workers die: the schedule still lists every recording.
#include "simulation/broadcast.h"
#include "simulation/creation.h"
#include "simulation/established.h"
#include "support/catch.h"

#include <string>

namespace {

using namespace simulation;

// A broadcast of one minute was never reported.
struct silence {
  silence() : id(make_stream(around, plan::cloudflare)) {
    const edge::timestamp begin = around.now() + std::chrono::seconds{30};
    take_place(around, begin, first_asset, first_video);
    around.wait(std::chrono::minutes{2});
    deliveries = broadcast(around, begin, first_asset, first_video);
  }

  // The response to the owner after the schedule has run.
  std::string later() {
    for (int run = 0; run < 3; ++run) {
      around.wait(std::chrono::minutes{2});
      (void)around.reconcile();
    }
    const served shown = ask(around, "GET", id);
    return text_of(shown);
  }

  world around{7};
  std::string id;
  std::vector<delivery> deliveries;
};

void check_listed(silence& after, const std::string& name) {
  const std::string shown = after.later();
  INFO(name << ": " << shown << text_of(after.around.violations()));
  CHECK(shown.contains(R"("status":"completed")"));
  CHECK(shown.contains(R"("cloudflare":{"available":true,)"));
  CHECK(shown.contains(R"("mux":{"available":true,)"));
  CHECK(shown.contains(R"("duration":60)"));
  CHECK(shown.contains(R"("duration":58.5)"));
  // Nothing is written twice, whichever side wrote it first.
  const auto facts = after.around.store().keys("fact/").size();
  (void)after.later();
  CHECK(after.around.store().keys("fact/").size() == facts);
  CHECK(after.around.violations().empty());
}

} // namespace

TEST_CASE("If every webhook of a broadcast is lost, the schedule lists both recordings") {
  silence after;
  check_listed(after, "all dropped");
}

TEST_CASE("A webhook that fails or is killed at any operation and is never resent loses nothing") {
  const std::size_t webhooks = silence{}.deliveries.size();
  for (std::size_t which = 0; which < webhooks; ++which) {
    for (std::size_t number = 1; number <= 7; ++number) {
      for (fate what : {number % 2 == 0 ? fate::kills_before : fate::kills_after, fate::breaks_before}) {
        silence after;
        const delivery& each = after.deliveries[which];
        const served result =
            after.around.serve(each.request, each.body, troubled(number, what, !kills(what)));
        CHECK((result.killed || result.answer));
        check_listed(after, each.name + ' ' + text_of(result));
      }
    }
  }
}

TEST_CASE("A recording that never arrives is shown as missing eventually; one that arrived is not") {
  world around{7};
  const std::string id = make_stream(around, plan::cloudflare);
  const edge::timestamp begin = around.now() + std::chrono::seconds{30};
  take_place(around, begin, first_asset, first_video);
  around.cloudflare().videos().clear();
  for (const delivery& each : broadcast(around, begin, first_asset, first_video)) {
    if (!each.name.starts_with("cloudflare")) {
      (void)around.serve(each.request, each.body);
    }
  }
  auto shown_after = [&](std::chrono::hours later) {
    around.wait(later);
    (void)around.reconcile();
    return text_of(ask(around, "GET", id));
  };
  CHECK_FALSE(shown_after(std::chrono::hours{2}).contains(R"("missing":true)"));
  const std::string shown = shown_after(std::chrono::hours{48});
  INFO(shown);
  CHECK(shown.contains(
      R"("cloudflare":{"available":false,"playbackUrl":null,"duration":null,"missing":true})"));
  CHECK(shown.contains(R"("code":"recording_missing")"));
  CHECK(shown.contains(R"("duration":58.5,"missing":false})"));
  CHECK(shown.contains(R"("preferredRecordingSource":"mux")"));
}
