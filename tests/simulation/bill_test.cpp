// What the platform counts, added up: reads, writes, lists and deletions in Workers KV, requests to Durable
// Objects and their alarms, and calls of the providers. docs/operations.md has the table that
// `npm run bill` prints, and the arithmetic behind it.
#include "simulation/broadcast.h"
#include "simulation/creation.h"
#include "simulation/deployment.h"
#include "simulation/established.h"
#include "simulation/world.h"
#include "support/catch.h"

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

namespace {

using namespace simulation;
using namespace std::chrono_literals;

bool is_printed() {
  return std::getenv("WHIPMUX_BILL") != nullptr; // NOLINT(concurrency-mt-unsafe): one thread
}

struct bill {
  std::size_t requests = 0; // to the Worker
  std::size_t reads = 0;    // of keys
  std::size_t writes = 0;
  std::size_t lists = 0;
  std::size_t deletions = 0;
  std::size_t objects = 0; // requests to Durable Objects
  std::size_t alarms = 0;  // of Durable Objects, which count as requests too
  std::size_t calls = 0;   // of the providers' APIs

  void add(const served& done) {
    for (const step& each : done.steps) {
      const std::string_view kind = std::string_view{each.name}.substr(0, each.name.find(' '));
      if (kind == "kv_get") {
        reads += each.keys;
      } else if (kind == "kv_put") {
        ++writes;
      } else if (kind == "kv_list") {
        ++lists;
      } else if (kind == "kv_remove") {
        ++deletions;
      } else if (kind == "room" || kind == "wake" || kind == "pace" || kind == "lease") {
        ++objects;
      } else if (kind == "GET" || kind == "POST" || kind == "PUT" || kind == "DELETE" || kind == "PATCH") {
        ++calls;
      }
    }
    for (const std::string& line : done.log) {
      alarms += line.contains(R"("route":"alarm")") ? 1 : 0;
    }
  }

  void print(std::string_view of) const {
    if (is_printed()) {
      std::cout << "| " << of << " | " << requests << " | " << reads << " | " << writes << " | " << lists
                << " | " << deletions << " | " << objects << " | " << alarms << " | " << calls << " |\n";
    }
  }
};

void print_head() {
  if (is_printed()) {
    std::cout << "| | requests | KV reads | writes | lists | deletions | Durable Objects | alarms | "
                 "provider calls |\n"
              << "|---|---|---|---|---|---|---|---|---|\n";
  }
}

// Each further viewer costs the same, so ten thousand follow from two sums.
bill with_viewers(const bill& one, const bill& thousand, std::size_t viewers) {
  const auto more = [&](std::size_t bill::* part) {
    return one.*part + (thousand.*part - one.*part) * (viewers - 1) / 999;
  };
  return {.requests = more(&bill::requests),
          .reads = more(&bill::reads),
          .writes = more(&bill::writes),
          .lists = more(&bill::lists),
          .deletions = more(&bill::deletions),
          .objects = more(&bill::objects),
          .alarms = more(&bill::alarms),
          .calls = more(&bill::calls)};
}

// Of what the free plan includes per day, and in dollars beyond what the paid plan includes.
void print_price(std::string_view of, const bill& sum) {
  const auto percent = [](std::size_t count, double share) {
    return static_cast<double>(count) * 100 / share;
  };
  const auto objects = static_cast<double>(sum.objects + sum.alarms);
  const double dollars =
      static_cast<double>(sum.requests) * 0.30e-6 + static_cast<double>(sum.reads) * 0.50e-6 +
      static_cast<double>(sum.writes + sum.lists + sum.deletions) * 5e-6 + objects * 0.15e-6;
  if (is_printed()) {
    std::cout << "| " << of << " | " << percent(sum.requests, 100'000) << " % | "
              << percent(sum.reads, 100'000) << " % | " << percent(sum.writes, 1000) << " % | "
              << percent(sum.lists, 1000) << " % | " << percent(sum.deletions, 1000) << " % | "
              << percent(sum.objects + sum.alarms, 100'000) << " % | $" << dollars << " |\n";
  }
}

class deployment {
public:
  deployment() : around_{7, {}, settings_with_rooms()} {
    id_ = make_stream(around_, plan::cloudflare);
    for (int quarter = 0; quarter < 96; ++quarter) {
      pass_quarter();
    }
    sum_ = {};
  }

  world& around() { return around_; }
  [[nodiscard]] const bill& sum() const { return sum_; }
  void forget() { sum_ = {}; }

  void deliver(const delivery& what) {
    const delivery now = sign(around_, what);
    count(around_.serve(now.request, now.body));
  }

  void pass(edge::milliseconds time) { sum_.add(around_.let_pass(time)); }

  // As in wrangler.toml. The schedule costs the same whether there is a broadcast or not.
  void pass_quarter(bool counts_schedule = true) {
    pass(15min);
    const served done = around_.run_schedule();
    if (counts_schedule) {
      sum_.add(done);
    }
  }

  // The page enters the room, which tells it what to play. It asks by HTTP only if the room does not answer.
  void watch(std::size_t viewer) {
    const std::string of = "https://whip.example/api/streams/" + id_;
    // Many come at once, so they take no time in this world, which serves one after the other.
    const course at_once{.latency = [] { return edge::milliseconds{0}; }};
    const std::string name = std::to_string(1'000'000'000'000'000 + viewer);
    count(around_.serve({.method = "GET",
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
    return sum_;
  }

private:
  void count(const served& done) {
    ++sum_.requests;
    sum_.add(done);
  }

  world around_;
  std::string id_;
  bill sum_;
};

} // namespace

TEST_CASE("A broadcast costs as many writes and lists for 1,000 viewers as for one") {
  print_head();
  const bill one = deployment{}.broadcast_for_an_hour(1);
  one.print("a broadcast hour, 1 viewer");
  const bill hundred = deployment{}.broadcast_for_an_hour(100);
  hundred.print("a broadcast hour, 100 viewers");
  const bill thousand = deployment{}.broadcast_for_an_hour(1000);
  thousand.print("a broadcast hour, 1,000 viewers");
  const bill crowd = with_viewers(one, thousand, 10'000);
  crowd.print("a broadcast hour, 10,000 viewers");
  if (is_printed()) {
    std::cout << "\n| | requests | KV reads | writes | lists | deletions | Durable Objects | paid plan |\n"
              << "|---|---|---|---|---|---|---|---|\n";
  }
  print_price("a broadcast hour, 1 viewer", one);
  print_price("a broadcast hour, 100 viewers", hundred);
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
}

TEST_CASE("An idle day with 1,000 streams costs few reads, writes and lists") {
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
  idle.sum().print("an idle day, 1,000 streams");
  CHECK(idle.sum().lists < 300);
  CHECK(idle.sum().writes < 300);
  CHECK(idle.sum().reads < 5000);
}
