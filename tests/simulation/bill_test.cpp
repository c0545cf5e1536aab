// What the platform counts, added up: reads, writes, lists and deletions in Workers KV, requests to Durable
// Objects, their alarms and the rows that they write, and calls of the providers. docs/operations.md has the
// tables that `npm run bill` prints, and the arithmetic behind them.
#include "simulation/bill.h"
#include "simulation/broadcast.h"
#include "simulation/creation.h"
#include "simulation/deployment.h"
#include "simulation/established.h"
#include "simulation/world.h"
#include "support/catch.h"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace simulation;
using namespace std::chrono_literals;

class deployment {
public:
  deployment() : around_{7, {}, settings_with_rooms()} {
    id_ = make_stream(around_, plan::cloudflare);
    for (int quarter = 0; quarter < 96; ++quarter) {
      pass_quarter();
    }
    forget();
  }

  world& around() { return around_; }
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const bill& sum() const { return meter_.sum(); }
  void forget() { meter_.forget(); }

  void deliver(const delivery& what) {
    const delivery now = sign(around_, what);
    add(around_.serve(now.request, now.body));
  }

  void ask(std::string_view method, const std::string& path, const std::string& body = {}) {
    add(simulation::ask(around_, method, id_ + path, body));
  }

  void create(const std::string& key = {}) {
    creation what = create_whip();
    what.key = key;
    add(around_.serve(create_request(around_, what), what.body));
  }

  void run_schedule() { meter_.add(around_.run_schedule()); }

  void pass(edge::milliseconds time) { meter_.add(around_.let_pass(time)); }

  // As in wrangler.toml. The schedule costs the same whether there is a broadcast or not.
  void pass_quarter(bool counts_schedule = true) {
    pass(15min);
    const served done = around_.run_schedule();
    if (counts_schedule) {
      meter_.add(done);
    }
  }

  // The page enters the room, which tells it what to play. It asks by HTTP only if the room does not answer.
  void watch(std::size_t viewer) {
    const std::string of = "https://whip.example/api/streams/" + id_;
    // Many come at once, so they take no time in this world, which serves one after the other.
    const course at_once{.latency = [] { return edge::milliseconds{0}; }};
    const std::string name = std::to_string(1'000'000'000'000'000 + viewer);
    add(around_.serve({.method = "GET",
                       .url = of + "/room?as=viewer&viewer=" + name,
                       .headers = {{"upgrade", "websocket"}, {"sec-websocket-protocol", "whip-mux"}}},
                      "", at_once));
  }

  // From the first webhook to an hour after the end, with so many viewers.
  bill broadcast_for_an_hour(std::size_t viewers) {
    const edge::timestamp begin = around_.now();
    around_.cloudflare().broadcast({.id = first_video,
                                    .live_input_id = around_.cloudflare().live_inputs().front().id,
                                    .begun = begin,
                                    .ended = begin + 1h});
    around_.mux().broadcast({.id = first_asset,
                             .live_stream_id = around_.mux().live_streams().front().id,
                             .playback_id = "playbackIdOfTheRecording00000000000000000001",
                             .begun = begin + 3s,
                             .ended = begin + 1h});
    const auto all = broadcast(around_, begin, first_asset, first_video);
    for (std::size_t i = 0; i < 7; ++i) {
      deliver(all[i]);
      pass(2s);
    }
    // Looks at the providers are spread by chance, which the viewers are to leave as it is.
    const dice kept = around_.chance();
    for (std::size_t i = 0; i < viewers; ++i) {
      watch(i);
    }
    around_.chance() = kept;
    for (int quarter = 0; quarter < 4; ++quarter) {
      pass_quarter(false);
    }
    const auto end = broadcast(around_, around_.now() - 60s, first_asset, first_video);
    for (std::size_t i = 7; i < end.size(); ++i) {
      deliver(end[i]);
      pass(2s);
    }
    for (int quarter = 0; quarter < 4; ++quarter) {
      pass_quarter(false);
    }
    return sum();
  }

private:
  void add(const served& done) {
    REQUIRE((done.answer && done.answer->status < 300));
    meter_.add_request(done);
  }

  world around_;
  meter meter_{around_};
  std::string id_;
};

} // namespace

TEST_CASE("A broadcast costs as many writes and lists for 1,000 viewers as for one") {
  const bill one = deployment{}.broadcast_for_an_hour(1);
  const bill thousand = deployment{}.broadcast_for_an_hour(1000);
  const bill crowd = with_viewers(one, thousand, 10'000);
  print_head();
  one.print("a broadcast hour, 1 viewer");
  with_viewers(one, thousand, 100).print("a broadcast hour, 100 viewers");
  with_viewers(one, thousand, 1000).print("a broadcast hour, 1,000 viewers");
  crowd.print("a broadcast hour, 10,000 viewers");
  print_head_of_prices();
  print_price("a broadcast hour, 1 viewer", one);
  print_price("a broadcast hour, 100 viewers", with_viewers(one, thousand, 100));
  print_price("a broadcast hour, 10,000 viewers", crowd);
  CHECK(one.writes <= 100);
  CHECK(one.lists <= 30);
  CHECK(thousand.writes == one.writes);
  CHECK(thousand.lists == one.lists);
  CHECK(thousand.deletions == one.deletions);
  CHECK(thousand.calls == one.calls);
  CHECK(thousand.alarms == one.alarms);
  CHECK(crowd.writes == one.writes);
  // Each viewer reads the record once.
  CHECK(thousand.reads == one.reads + 999);
  CHECK(thousand.objects == one.objects + 999);
  // All came in one second, in which the room counts once.
  CHECK(thousand.rows == one.rows);
  // The free plan includes 100,000 rows a day.
  CHECK(one.rows <= 500);
  CHECK(crowd.rows <= 5000);
}

TEST_CASE("Viewers who come in different seconds cost a row each, and the first one the alarm that counts") {
  deployment live;
  live.around().cloudflare().broadcast({.id = first_video,
                                        .live_input_id = live.around().cloudflare().live_inputs().front().id,
                                        .begun = live.around().now(),
                                        .ended = live.around().now() + 1h});
  live.deliver(broadcast(live.around(), live.around().now(), first_asset, first_video).front());
  live.forget();
  live.watch(0);
  live.pass(2s);
  CHECK(live.sum().rows == 3);
  live.forget();
  for (std::size_t viewer = 1; viewer <= 10; ++viewer) {
    live.watch(viewer);
    live.pass(2s);
  }
  CHECK(live.sum().rows == 10);
  CHECK(live.sum().alarms == 0);
  // A viewer whose page is loaded again counts once.
  live.forget();
  live.watch(1);
  live.pass(2s);
  CHECK(live.sum().rows == 0);
  // Then only the time costs something: an alarm of two rows each half minute.
  live.pass(30s);
  live.forget();
  live.pass(5min);
  CHECK(live.sum().alarms >= 10);
}

TEST_CASE("Each kind of request costs no more than operations.md says") {
  struct kind {
    std::string_view name;
    std::function<void(deployment&)> act;
    bill most;
  };
  const auto asks = [](std::string_view method, const std::string& path, const std::string& body = {}) {
    return [=](deployment& on) { on.ask(method, path, body); };
  };
  const auto connects = [](deployment& on) {
    on.deliver(broadcast(on.around(), on.around().now(), first_asset, first_video).front());
  };
  const auto passes_after_connecting = [&](deployment& on) {
    connects(on);
    on.forget();
    on.pass(3min);
  };
  const std::string output = R"({"url":"rtmps://live.example/app","streamKey":"key-of-the-owner"})";
  // clang-format off
  const std::vector<kind> kinds{
      // requests, reads, writes, lists, deletions, Durable Objects, alarms, rows, provider calls
      {"a stream is created",                  [](deployment& on) { on.create(); },                 {1, 3, 6, 1, 1, 1, 0, 2, 3}},
      {"the same, with an Idempotency-Key",    [](deployment& on) { on.create("key-1"); },          {1, 3, 6, 1, 1, 3, 1, 7, 3}},
      {"a viewer reads the playback",          asks("GET", "/playback"),                            {1, 1, 0, 0, 0, 0, 0, 0, 0}},
      {"a user of its memorial reads a stream", asks("GET", ""),                                    {1, 7, 0, 0, 0, 0, 0, 0, 0}},
      {"a viewer enters the room",             [](deployment& on) { on.watch(0); },                 {1, 1, 0, 0, 0, 1, 0, 1, 0}},
      {"a webhook",                            connects,                                            {1, 4, 3, 1, 0, 3, 0, 5, 0}},
      {"a title is changed",                   asks("PATCH", "", R"({"title":"Ada"})"),             {1, 9, 3, 1, 0, 2, 0, 3, 0}},
      {"the backup is switched",               asks("PUT", "/simulcast", R"({"enabled":false})"),   {1, 9, 3, 1, 0, 2, 0, 3, 1}},
      {"an output is added",                   asks("POST", "/outputs", output),                    {1, 7, 1, 0, 0, 3, 1, 6, 2}},
      {"someone is invited",                   asks("POST", "/invites", R"({"name":"Ben"})"),       {1, 7, 2, 1, 0, 2, 1, 5, 0}},
      {"credentials are replaced",             asks("POST", "/credentials/rotate"),                 {1, 9, 4, 1, 0, 2, 0, 3, 1}},
      {"a stream is ended",                    asks("POST", "/end"),                                {1, 12, 5, 2, 0, 3, 0, 4, 3}},
      {"a stream is deleted",                  asks("DELETE", ""),                                  {1, 9, 3, 4, 6, 2, 0, 5, 2}},
      {"the alarms in 3 minutes after a webhook", passes_after_connecting,                          {0, 15, 2, 4, 1, 35, 6, 52, 20}},
      {"a run of the schedule without work",   [](deployment& on) { on.run_schedule(); },           {0, 2, 0, 2, 0, 1, 0, 2, 0}},
  };
  // clang-format on
  print_head();
  for (const kind& each : kinds) {
    deployment on;
    each.act(on);
    on.sum().print(each.name);
    INFO(each.name);
    const std::string_view above = on.sum().part_above(each.most);
    INFO(above);
    CHECK(above.empty());
  }
}

TEST_CASE("An idle day with 1,000 streams costs few reads, writes, lists and rows") {
  deployment idle;
  multiply(idle.around(), 999);
  idle.around().trust_providers();
  // They settle: nothing is expected of them.
  for (int quarter = 0; quarter < 96; ++quarter) {
    idle.pass_quarter();
  }
  idle.forget();
  for (int quarter = 0; quarter < 96; ++quarter) {
    idle.pass_quarter();
  }
  print_head();
  idle.sum().print("an idle day, 1,000 streams");
  print_head_of_prices();
  print_price("an idle day, 1,000 streams", idle.sum());
  CHECK(idle.sum().lists < 300);
  CHECK(idle.sum().writes < 300);
  CHECK(idle.sum().reads < 5000);
  // The free plan includes 100,000 a day.
  CHECK(idle.sum().rows < 20'000);
}
