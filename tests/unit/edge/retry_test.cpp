// edge::retry: how often, after how long, and when not.
#include "edge/retry.h"
#include "support/catch.h"
#include "support/scripted_host.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <expected>
#include <optional>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using edge::error;
using edge::error_kind;
using ending = std::expected<int, error>;

struct tried {
  ending last;
  int tries;
  std::vector<edge::milliseconds> waits;
};

// The result of attempts that end like this, each taking this long; the last outcome repeats.
tried try_with(std::deque<ending> endings, edge::milliseconds budget = 60s, edge::milliseconds each = 0ms,
               char random = 'e') {
  edge::host host{{}, edge::entropy{std::string(64, random)}, support::scripted_host::start};
  support::scripted_host world;
  int tries = 0;
  auto attempt = [&]() -> edge::task<ending> {
    ++tries;
    world.host().advance_clock(world.host().now() + each);
    ending now = endings.front();
    if (endings.size() > 1) {
      endings.pop_front();
    }
    co_return now;
  };
  ending last = world.run(edge::retry(world.host(), world.host().now() + budget, attempt));
  tried all{last, tries, {}};
  for (const auto& rest : world.asked<edge::operation::sleep>()) {
    all.waits.push_back(rest.duration);
  }
  return all;
}

ending failed(error_kind kind, std::optional<edge::milliseconds> retry_after = std::nullopt) {
  return std::unexpected(error{.kind = kind, .what = "step", .retry_after = retry_after});
}

} // namespace

TEST_CASE("A success is not retried") {
  const tried all = try_with({7});
  CHECK(all.last == 7);
  CHECK(all.tries == 1);
  CHECK(all.waits.empty());
}

TEST_CASE("A temporary failure is tried at most four times") {
  for (error_kind kind : {error_kind::timeout, error_kind::network, error_kind::unavailable,
                          error_kind::malformed, error_kind::throttled}) {
    const tried all = try_with({failed(kind)});
    CHECK(all.tries == 4);
    REQUIRE_FALSE(all.last);
    CHECK(all.last.error().kind == kind);
    CHECK(all.waits.size() == 3);
  }
}

TEST_CASE("A permanent failure is tried once") {
  for (error_kind kind : {error_kind::unauthorized, error_kind::not_found, error_kind::rejected,
                          error_kind::too_large, error_kind::out_of_time, error_kind::not_opened}) {
    const tried all = try_with({failed(kind)});
    CHECK(all.tries == 1);
    CHECK(all.waits.empty());
  }
}

TEST_CASE("The first success or permanent failure ends the attempts") {
  CHECK(try_with({failed(error_kind::network), failed(error_kind::timeout), 9}).tries == 3);
  CHECK(try_with({failed(error_kind::network), failed(error_kind::rejected), 9}).tries == 2);
}

TEST_CASE("The delay is random between zero and a bound that doubles") {
  edge::milliseconds longest_first{0};
  for (int seed = 0; seed < 100; ++seed) {
    const tried all = try_with({failed(error_kind::network)}, 60s, 0ms, static_cast<char>(seed));
    REQUIRE(all.waits.size() == 3);
    CHECK(all.waits[0] < 400ms);
    CHECK(all.waits[1] < 800ms);
    CHECK(all.waits[2] < 1600ms);
    longest_first = std::max(longest_first, all.waits[0]);
  }
}

TEST_CASE("The delay that the other side asks for is kept to the millisecond") {
  const tried all = try_with({failed(error_kind::throttled, 2s), failed(error_kind::unavailable, 0ms), 1});
  CHECK(all.waits == std::vector<edge::milliseconds>{2s, 0ms});
  CHECK(all.last == 1);
}

TEST_CASE("No attempt starts with less than a second left before the deadline") {
  CHECK(try_with({failed(error_kind::throttled, 2s)}, 3s).tries == 2);
  CHECK(try_with({failed(error_kind::throttled, 2s)}, 2999ms).tries == 1);
  CHECK(try_with({failed(error_kind::throttled, 300s)}).tries == 1);
  CHECK(try_with({failed(error_kind::timeout)}, 15s, 8s).tries == 2);
  CHECK(try_with({failed(error_kind::timeout)}, 8s, 8s).tries == 1);
}

TEST_CASE("The waits between looks grow to 1 to 2 s, and none goes beyond the deadline") {
  support::scripted_host world;
  edge::rechecks rechecks{world.host(), 100ms, world.host().now() + 10s};
  int looks = 1;
  while (world.run(rechecks.wait())) {
    ++looks;
  }
  edge::milliseconds bound = 100ms;
  edge::milliseconds all{};
  for (const auto& rest : world.asked<edge::operation::sleep>()) {
    CHECK(rest.duration >= bound / 2);
    CHECK(rest.duration < bound);
    bound = std::min(2 * bound, edge::milliseconds{2s});
    all += rest.duration;
  }
  CHECK(std::cmp_equal(world.asked<edge::operation::sleep>().size(), looks - 1));
  CHECK(all > 8s);
  CHECK(all <= 10s);
}
