// edge::task: when it runs, when it releases what it holds, and how errors leave it.
#include "edge/task.h"
#include "support/catch.h"
#include "unit/edge/tasks.h"

#include <coroutine>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using edge_test::gate;
using edge_test::outcome;
using edge_test::outermost;

// Counts living instances and destructions.
struct counted {
  struct counts {
    int alive = 0;
    int gone = 0;
  };
  explicit counted(counts& in) : in_(in) { ++in_.alive; }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  ~counted() {
    --in_.alive;
    ++in_.gone;
  }

private:
  counts& in_;
};

edge::root_task outermost(edge::task<void>& work) { co_await work; }

template <class T>
T run(edge::task<T>&& work) {
  std::optional<T> result;
  const edge::root_task root = outermost(work, result);
  root.begin();
  REQUIRE(root.finished());
  return *std::move(result);
}

edge::task<int> noting(std::vector<int>& order, int number) {
  order.push_back(number);
  co_return number;
}

edge::task<void> waiting_inside(gate& at, counted::counts& counts) {
  const counted local{counts};
  co_await at;
  const counted later{counts};
}

edge::task<void> waiting_below(gate& at, counted::counts& counts) {
  const counted local{counts};
  co_await waiting_inside(at, counts);
}

edge::task<outcome<int>> failing(int depth, counted::counts& counts, std::vector<int>& reached) {
  const counted local{counts};
  if (depth == 0) {
    co_return std::unexpected<std::string>{"from below"};
  }
  const int number = co_await failing(depth - 1, counts, reached);
  reached.push_back(depth);
  co_return number + 1;
}

edge::task<int> one() { co_return 1; }

edge::task<std::uint64_t> sum_of(std::uint64_t awaits) {
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < awaits; ++i) {
    sum += static_cast<std::uint64_t>(co_await one());
  }
  co_return sum;
}

} // namespace

TEST_CASE("A task does not begin before it is awaited") {
  std::vector<int> order;
  edge::task<int> work = noting(order, 1);
  CHECK(order.empty());
  std::optional<int> result;
  const edge::root_task root = outermost(work, result);
  CHECK(order.empty());
  root.begin();
  CHECK(order == std::vector<int>{1});
  CHECK(result == 1);
}

TEST_CASE("A task that is never awaited is destroyed without running") {
  std::vector<int> order;
  {
    const edge::task<int> unused = noting(order, 1);
  }
  CHECK(order.empty());
}

TEST_CASE("A task resumes where it waited, with its locals") {
  counted::counts counts;
  gate at;
  edge::task<void> work = waiting_inside(at, counts);
  const edge::root_task root = outermost(work);
  root.begin();
  CHECK_FALSE(root.finished());
  CHECK(counts.alive == 1);
  at.waiting.resume();
  CHECK(root.finished());
  CHECK(counts.alive == 0);
  CHECK(counts.gone == 2);
}

TEST_CASE("Destroying a suspended task destroys its frame, those below it, and what they hold, once") {
  counted::counts counts;
  gate at;
  {
    edge::task<void> work = waiting_below(at, counts);
    const edge::root_task root = outermost(work);
    root.begin();
    CHECK(counts.alive == 2);
  }
  CHECK(counts.alive == 0);
  CHECK(counts.gone == 2);
}

TEST_CASE("An error passes up through every level, and nothing after it runs") {
  counted::counts counts;
  std::vector<int> reached;
  const outcome<int> result = run(failing(5, counts, reached));
  REQUIRE_FALSE(result);
  CHECK(result.error() == "from below");
  CHECK(reached.empty());
  CHECK(counts.alive == 0);
  CHECK(counts.gone == 6);
}

TEST_CASE("An early exit destroys the locals before it, and not those after it") {
  counted::counts counts;
  auto leaving = [&](bool early) -> edge::task<outcome<int>> {
    const counted before{counts};
    co_await (early ? outcome<void>{std::unexpected<std::string>{"early"}} : outcome<void>{});
    const counted after{counts};
    co_return 3;
  };
  CHECK(run(leaving(true)).error() == "early");
  CHECK(counts.gone == 1);
  CHECK(run(leaving(false)) == 3);
  CHECK(counts.gone == 3);
  CHECK(counts.alive == 0);
}

TEST_CASE("An awaited result returns its value, whatever its type") {
  auto joining = [](outcome<std::string> left, outcome<int> right) -> edge::task<outcome<std::string>> {
    const std::string text = co_await std::move(left);
    co_return text + std::to_string(co_await std::move(right));
  };
  CHECK(run(joining("a", 1)) == "a1");
  CHECK(run(joining(std::unexpected<std::string>{"left"}, 1)).error() == "left");
  CHECK(run(joining("a", std::unexpected<std::string>{"right"})).error() == "right");
}

TEST_CASE("An error may pass up into a task of another type") {
  auto below = []() -> edge::task<outcome<int>> { co_return std::unexpected<std::string>{"other type"}; };
  auto above = [&]() -> edge::task<outcome<std::string>> { co_return std::to_string(co_await below()); };
  CHECK(run(above()).error() == "other type");
}

TEST_CASE("An attempt returns the error to the task that makes it, which continues") {
  counted::counts counts;
  std::vector<int> reached;
  auto handling = [&]() -> edge::task<outcome<std::string>> {
    const outcome<int> tried = co_await attempt(failing(3, counts, reached));
    co_return tried ? "succeeded" : "handled: " + tried.error();
  };
  CHECK(run(handling()) == "handled: from below");
  auto infallible = [&]() -> edge::task<bool> {
    co_return (co_await attempt(failing(0, counts, reached))).has_value();
  };
  CHECK_FALSE(run(infallible()));
  CHECK(counts.alive == 0);
}

TEST_CASE("Awaits that finish at once do not deepen the stack") {
  // Without optimisation, and under AddressSanitizer, a symmetric transfer is a call: each await then keeps
  // its frames until the loop ends, and a million overflow the stack. The deployed module has tail calls.
#if defined(__OPTIMIZE__) && !__has_feature(address_sanitizer)
  constexpr std::uint64_t awaits = 1'000'000;
#else
  constexpr std::uint64_t awaits = 1000;
#endif
  CHECK(run(sum_of(awaits)) == awaits);
}
