// What the schedule repairs in streams that exist: recordings that a provider removed or never finished, and
// a backup that is not switched as was asked, and what a provider or a late write left.
#include "simulation/broadcast.h"
#include "simulation/creation.h"
#include "simulation/deployment.h"
#include "simulation/established.h"
#include "support/catch.h"

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace simulation;

void call_cloudflare(world& around, std::string_view method, const std::string& path, std::string body = {}) {
  const auto answer = around.cloudflare().carry_out(
      {.method = std::string{method},
       .url = std::string{model_cloudflare::address} + "/accounts/" + std::string{model_cloudflare::account} +
              "/stream" + path,
       .headers = {{"authorization", cloudflare_authorization()}, {"content-type", "application/json"}},
       .body = std::move(body)});
  REQUIRE(answer.status < 300);
}

constexpr std::string_view switching = "PUT cloudflare/…/outputs/…";

const model_cloudflare::output& backup_of(const established& stream) {
  const auto& outputs = stream.live_input()->outputs;
  const auto found =
      std::ranges::find(outputs, stream.live_stream()->stream_key, &model_cloudflare::output::stream_key);
  REQUIRE(found != outputs.end());
  return *found;
}

std::ptrdiff_t outputs_to_backup(const established& stream) {
  return std::ranges::count(stream.live_input()->outputs, stream.live_stream()->stream_key,
                            &model_cloudflare::output::stream_key);
}

void delete_backups_output(established& stream) {
  call_cloudflare(stream.around(), "DELETE",
                  "/live_inputs/" + stream.live_input()->id + "/outputs/" + backup_of(stream).id);
  REQUIRE(outputs_to_backup(stream) == 0);
}

// A broadcast of which Mux gets nothing. No webhook tells of it.
void broadcast_to_cloudflare(established& stream, std::chrono::minutes length) {
  world& around = stream.around();
  around.cloudflare().broadcast({.id = "0123456789abcdef0123456789abcdef",
                                 .live_input_id = stream.live_input()->id,
                                 .begun = around.now(),
                                 .ended = around.now() + length});
}

void run_for(world& around, std::chrono::minutes time) {
  for (const edge::timestamp end = around.now() + time; around.now() < end;) {
    around.wait(std::chrono::minutes{20});
    (void)around.reconcile();
  }
}

} // namespace

TEST_CASE("A recording that Cloudflare has removed is not offered any more, and Mux's is") {
  established stream;
  stream.broadcast(std::chrono::minutes{5});
  run_for(stream.around(), std::chrono::hours{1});
  REQUIRE(stream.shown("/playback").contains(R"("source":"cloudflare")"));
  call_cloudflare(stream.around(), "DELETE", '/' + stream.around().cloudflare().videos().back().id);
  run_for(stream.around(), std::chrono::hours{3});
  const std::string shown = stream.shown("/playback");
  INFO(shown);
  CHECK_FALSE(shown.contains(R"("source":"cloudflare")"));
  CHECK(shown.contains(R"("source":"mux")"));
}

TEST_CASE("A recording that Cloudflare lists again is offered again") {
  established stream;
  stream.broadcast(std::chrono::minutes{5});
  run_for(stream.around(), std::chrono::hours{1});
  auto& videos = stream.around().cloudflare().videos();
  const auto ours = videos.back();
  videos.pop_back();
  run_for(stream.around(), std::chrono::hours{3});
  const std::string shown = stream.shown();
  INFO(shown);
  CHECK(shown.contains(R"("code":"recording_deleted")"));
  CHECK(shown.contains(R"("cloudflare":{"available":false,)"));
  videos.push_back(ours);
  run_for(stream.around(), std::chrono::hours{3});
  CHECK(stream.shown().contains(R"("cloudflare":{"available":true,)"));
}

TEST_CASE("A live input that somebody deleted at Cloudflare is no failure of the schedule") {
  established stream;
  stream.broadcast(std::chrono::minutes{5});
  run_for(stream.around(), std::chrono::hours{1});
  call_cloudflare(stream.around(), "DELETE", "/live_inputs/" + stream.live_input()->id);
  stream.around().wait(std::chrono::hours{2});
  const served run = stream.around().reconcile();
  REQUIRE_FALSE(run.log.empty());
  INFO(run.log.back());
  CHECK(run.log.back().contains(R"("outcome":"404")"));
  CHECK(run.log.back().contains(R"("failures":0)"));
}

TEST_CASE("A recording that is never finished has failed after a day, and nobody waits for it") {
  for (const bool at_mux : {true, false}) {
    established stream;
    if (at_mux) {
      stream.broadcast(std::chrono::minutes{5});
    } else {
      stream.around().cloudflare().broadcast({.id = "0123456789abcdef0123456789abcdef",
                                              .live_input_id = stream.live_input()->id,
                                              .begun = stream.around().now(),
                                              .ended = stream.around().now() + std::chrono::minutes{5}});
    }
    auto& video = stream.around().cloudflare().videos().back();
    video.stuck = true;
    run_for(stream.around(), std::chrono::hours{26});
    const std::string shown = stream.shown();
    const std::string playback = stream.shown("/playback");
    INFO(shown << playback);
    CHECK(shown.contains(R"("status":"completed")"));
    CHECK(shown.contains("it was not finished within a day"));
    CHECK(
        stream.shown("/recordings")
            .contains(
                R"("state":"failed","progress":null,"reason":"Cloudflare could not make the recording: it was not)"));
    CHECK_FALSE(playback.contains("processing"));
    CHECK(playback.contains(R"("source":"mux")") == at_mux);
    // The provider has the last word.
    video.stuck = false;
    run_for(stream.around(), std::chrono::hours{3});
    CHECK(stream.shown("/playback").contains(R"("source":"cloudflare")"));
  }
}

TEST_CASE("Without Mux in the settings any more, a recording there that was never finished has failed") {
  established stream;
  stream.broadcast(std::chrono::minutes{5});
  const auto webhooks =
      broadcast(stream.around(), stream.around().now(), first_asset, first_video, stream.id());
  for (const delivery& each : webhooks) {
    if (each.name == "mux video.asset.created") {
      const delivery sent = sign(stream.around(), each);
      (void)stream.around().serve(sent.request, sent.body);
    }
  }
  REQUIRE(stream.shown("/recordings").contains(R"("source":"mux")"));
  stream.around().configure(settings(false));
  run_for(stream.around(), std::chrono::hours{26});
  const std::string shown = stream.shown("/recordings");
  INFO(shown);
  CHECK_FALSE(shown.contains("processing"));
  CHECK(shown.contains("Mux could not make the recording: it was not finished within a day."));
}

TEST_CASE("A backup that is not switched as was asked last is switched again") {
  for (const bool wanted : {true, false}) {
    established stream;
    const std::string body = std::string{R"({"enabled":)"} + (wanted ? "true}" : "false}");
    (void)stream.ask("PUT", "/simulcast", body);
    // An earlier request for the contrary takes effect after it.
    call_cloudflare(stream.around(), "PUT",
                    "/live_inputs/" + stream.live_input()->id + "/outputs/" + backup_of(stream).id,
                    std::string{R"({"enabled":)"} + (wanted ? "false}" : "true}"));
    run_for(stream.around(), std::chrono::hours{1});
    CHECK(backup_of(stream).enabled == wanted);
    CHECK(stream.around().store().keys("intent/").empty());
  }
}

TEST_CASE("A backup that somebody switched on at Cloudflare is switched off during the broadcast") {
  established stream;
  (void)stream.ask("PUT", "/simulcast", R"({"enabled":false})");
  run_for(stream.around(), std::chrono::hours{1});
  call_cloudflare(stream.around(), "PUT",
                  "/live_inputs/" + stream.live_input()->id + "/outputs/" + backup_of(stream).id,
                  R"({"enabled":true})");
  stream.broadcast(std::chrono::hours{1});
  // No webhook tells of the broadcast. With rooms, a quiet stream is looked at in its turn only.
  const int runs = stream.around().rooms().next() ? 12 : 5;
  for (int run = 0; run < runs; ++run) {
    stream.around().wait(std::chrono::minutes{1});
    (void)stream.around().reconcile();
  }
  CHECK_FALSE(backup_of(stream).enabled);
}

TEST_CASE("A backup's output that somebody deleted at Cloudflare is made anew during the broadcast, once") {
  for (const auto& [step, what] : {std::pair{"", fate::succeeds},
                                   {"POST cloudflare/…/outputs", fate::kills_after},
                                   {"POST cloudflare/…/outputs", fate::times_out_after},
                                   {"kv_put fact/", fate::unavailable_before}}) {
    INFO(step);
    established stream;
    world& around = stream.around();
    run_for(around, std::chrono::hours{1});
    const std::string before = backup_of(stream).id;
    delete_backups_output(stream);
    broadcast_to_cloudflare(stream, std::chrono::hours{2});
    // The first try may fail, or its Worker may die, when the output is there and not stored yet.
    bool has_failed = false;
    const course how{.fate_of = [&](std::size_t, const std::string& name) {
      const bool fails = name == step && outputs_to_backup(stream) < 2 && !has_failed;
      has_failed = has_failed || fails;
      return fails ? what : fate::succeeds;
    }};
    for (int run = 0; run < 12; ++run) {
      around.wait(std::chrono::minutes{1});
      (void)around.reconcile(how);
    }
    CHECK(has_failed == (what != fate::succeeds));
    CHECK(outputs_to_backup(stream) == 1);
    CHECK(backup_of(stream).enabled);
    CHECK(backup_of(stream).id != before);
    CHECK(stream.shown().contains(R"("cloudflareOutputId":")" + backup_of(stream).id));
  }
}

TEST_CASE("A backup's output that somebody deleted at Cloudflare is made anew when it is switched on") {
  established stream;
  delete_backups_output(stream);
  (void)stream.ask("PUT", "/simulcast", R"({"enabled":true})");
  run_for(stream.around(), std::chrono::hours{1});
  CHECK(outputs_to_backup(stream) == 1);
  CHECK(stream.faults().empty());
  CHECK(stream.around().store().keys("intent/").empty());
}

TEST_CASE("A backup's output that somebody deleted at Cloudflare is not made anew where it is to be off") {
  established stream;
  (void)stream.ask("PUT", "/simulcast", R"({"enabled":false})");
  run_for(stream.around(), std::chrono::hours{1});
  delete_backups_output(stream);
  broadcast_to_cloudflare(stream, std::chrono::hours{1});
  run_for(stream.around(), std::chrono::hours{2});
  CHECK(outputs_to_backup(stream) == 0);
}

TEST_CASE("While \"off\" is retried after a 503, \"on\" is asked for: the backup is on") {
  established stream;
  served on;
  int calls = 0;
  const course off{.fate_of = [&](std::size_t, const std::string& name) {
    if (name != switching || ++calls > 2) {
      return fate::succeeds;
    }
    if (calls == 1) {
      return fate::unavailable_before;
    }
    on = stream.ask("PUT", "/simulcast", R"({"enabled":true})");
    return fate::succeeds;
  }};
  const served answered = stream.ask("PUT", "/simulcast", R"({"enabled":false})", off);
  REQUIRE((answered.answer && answered.answer->status == 200));
  REQUIRE((on.answer && on.answer->status == 200));
  // "Off" came last to Cloudflare.
  REQUIRE_FALSE(backup_of(stream).enabled);
  run_for(stream.around(), std::chrono::minutes{20});
  CHECK(backup_of(stream).enabled);
  CHECK(stream.faults().empty());
}

TEST_CASE("Eight switches at once leave every backup as the stream says") {
  for (const bool first : {true, false}) {
    established stream;
    // Each is asked for before the one before it has reached Cloudflare, so they arrive in reverse.
    std::function<void(int)> ask = [&](int number) {
      bool next = number < 8;
      const course how{.fate_of = [&](std::size_t, const std::string& name) {
        if (name == switching && std::exchange(next, false)) {
          ask(number + 1);
        }
        return fate::succeeds;
      }};
      const bool enabled = (number % 2 == 1) == first;
      const std::string body = std::string{R"({"enabled":)"} + (enabled ? "true}" : "false}");
      const served answered = stream.ask("PUT", "/simulcast", body, how);
      CHECK((answered.answer && answered.answer->status == 200));
    };
    ask(1);
    CHECK(backup_of(stream).enabled == first);
    stream.reconcile_until_quiet();
    CHECK(backup_of(stream).enabled != first);
    CHECK(stream.faults().empty());
  }
}

TEST_CASE("A stream that ends while it is live ends at Cloudflare first, then at Mux, and is over at once") {
  established stream;
  world& around = stream.around();
  stream.broadcast(std::chrono::hours{1});
  around.wait(std::chrono::minutes{5});
  (void)around.reconcile();
  REQUIRE(stream.shown().contains(R"("status":"live")"));
  const std::size_t before = around.calls().size();
  (void)stream.ask("POST", "/end");
  const auto calls = std::span{around.calls()}.subspan(before);
  REQUIRE(calls.size() == 3);
  CHECK(calls[0].url.ends_with("/disable"));
  CHECK(calls[1].url.ends_with("/outputs/" + backup_of(stream).id));
  CHECK(calls[2].url.ends_with("/complete"));
  CHECK_FALSE(stream.live_input()->enabled);
  CHECK_FALSE(backup_of(stream).enabled);
  CHECK(stream.shown().contains(R"("status":"completed")"));
  CHECK(stream.shown("/playback").contains(R"("status":"processing")"));
  CHECK(stream.shown().contains(R"("simulcastEnabled":false)"));
  // Anyone who switches it on afterwards does not start another broadcast at Mux.
  (void)stream.ask("PUT", "/simulcast", R"({"enabled":true})");
  CHECK_FALSE(backup_of(stream).enabled);
  run_for(around, std::chrono::hours{2});
  CHECK(stream.faults().empty());
}

TEST_CASE("A record that a late fold writes after the deletion is removed again") {
  established stream;
  world& around = stream.around();
  const std::string key = "stream/" + stream.id();
  const std::string record = around.store().entries().at(key).value;
  (void)stream.ask("DELETE", "");
  REQUIRE_FALSE(around.store().has(key));
  (void)around.store().put({.key = key, .value = record}, around.now());
  CHECK(stream.shown().empty());
  // Longer than the facts stay.
  around.wait(std::chrono::days{40});
  CHECK(stream.shown().empty());
  (void)around.reconcile();
  CHECK_FALSE(around.store().has(key));
}

TEST_CASE(
    "Without Mux in the settings any more, a stream is deleted or ends for good, and what stays is told") {
  for (const bool deletes : {true, false}) {
    established stream;
    world& around = stream.around();
    around.configure(settings(false));
    const auto done = deletes ? stream.ask("DELETE", "") : stream.ask("POST", "/end");
    REQUIRE(done.answer);
    CHECK(done.answer->status == 200);
    CHECK(done.answer->body.contains("left_at_mux"));
    run_for(around, std::chrono::hours{1});
    CHECK(around.store().keys("intent/").empty());
    const auto* left = stream.live_input();
    CHECK((left == nullptr) == deletes);
    CHECK_FALSE((left != nullptr && left->enabled));
  }
}

TEST_CASE("Without Mux in the settings any more, no rotation at Mux is tried for ever") {
  established stream{plan::mux};
  world& around = stream.around();
  (void)stream.ask("POST", "/credentials/rotate");
  around.configure(settings(false));
  const auto refused = stream.ask("POST", "/credentials/rotate");
  REQUIRE(refused.answer);
  CHECK(refused.answer->status == 502);
  run_for(around, std::chrono::hours{1});
  CHECK(around.store().keys("intent/").empty());
}
