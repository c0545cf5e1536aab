// What only the operator of the accounts can repair: /readyz says it until a broadcast is recorded again.
#include "simulation/broadcast.h"
#include "simulation/established.h"
#include "support/catch.h"

#include <chrono>
#include <string>
#include <string_view>

namespace {

using namespace simulation;
using namespace std::chrono_literals;

constexpr std::string_view storage_full = "ERR_STORAGE_QUOTA_EXHAUSTED";

std::string readyz(world& around) {
  const served read =
      around.serve({.method = "GET", .url = "https://whip.example/readyz", .headers = {}}, "");
  REQUIRE(read.answer);
  return std::to_string(read.answer->status) + ' ' + read.answer->body;
}

// Cloudflare notifies that the account's storage is full.
void refuse_storage(established& on) {
  edge::request request{.method = "POST",
                        .url = "https://whip.example/api/webhooks/stream-status",
                        .headers = {{"cf-webhook-auth", std::string{notification_secret}}}};
  const std::string body = R"({"data":{"input_id":")" + on.live_input()->id +
                           R"(","event_type":"live_input.errored","live_input_errored":{"error":{"code":")" +
                           std::string{storage_full} + R"("}},"updated_at":")" +
                           edge::format_timestamp(on.around().now()) + R"("}})";
  const served done = on.around().serve(std::move(request), body);
  REQUIRE((done.answer && done.answer->status == 200));
}

} // namespace

TEST_CASE("An account without storage is said for a day, though nobody broadcasts") {
  established on;
  REQUIRE(readyz(on.around()).starts_with("200"));
  refuse_storage(on);
  on.around().wait(23h);
  CHECK(readyz(on.around()).starts_with("503"));
  CHECK(readyz(on.around()).contains(storage_full));
  on.around().wait(2h);
  CHECK(readyz(on.around()).starts_with("200"));
}

TEST_CASE(
    "A broadcast that is recorded ends the operator's alarm, whether a webhook or the schedule tells it") {
  for (const bool by_webhook : {true, false}) {
    established on;
    refuse_storage(on);
    on.around().wait(1min);
    if (by_webhook) {
      const edge::timestamp begin = on.around().now();
      on.around().wait(2min);
      for (const delivery& each :
           simulation::broadcast(on.around(), begin, first_asset, first_video, on.id())) {
        const delivery sent = sign(on.around(), each);
        (void)on.around().serve(sent.request, sent.body);
      }
    } else {
      on.broadcast(1min);
      CHECK(readyz(on.around()).starts_with("503"));
      on.reconcile_until_quiet();
      on.around().wait(10min);
      (void)on.around().reconcile();
    }
    INFO(by_webhook);
    CHECK(readyz(on.around()).starts_with("200"));
  }
}

TEST_CASE("A recording that began before the operator's alarm does not end it") {
  established on;
  const edge::timestamp begin = on.around().now();
  on.around().wait(2min);
  refuse_storage(on);
  for (const delivery& each : simulation::broadcast(on.around(), begin, first_asset, first_video, on.id())) {
    const delivery sent = sign(on.around(), each);
    (void)on.around().serve(sent.request, sent.body);
  }
  CHECK(readyz(on.around()).starts_with("503"));
}
