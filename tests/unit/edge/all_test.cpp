// edge::all: several tasks at once.
#include "edge/all.h"
#include "edge/task.h"
#include "support/catch.h"
#include "unit/edge/tasks.h"

#include <coroutine>
#include <expected>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using edge_test::gate;
using edge_test::outcome;
using edge_test::outermost;

// Records when it begins and ends.
edge::task<int> through(gate& at, std::vector<std::string>& told, int number) {
  told.push_back("begins " + std::to_string(number));
  co_await at;
  told.push_back("ends " + std::to_string(number));
  co_return number;
}

edge::task<int> at_once(int number) { co_return number; }

edge::task<outcome<int>> failing_through(gate& at, std::optional<int> number) {
  co_await at;
  if (!number) {
    co_return std::unexpected<std::string>{"failed"};
  }
  co_return *number;
}

} // namespace

TEST_CASE("All begin in order before any has finished") {
  gate first;
  gate second;
  std::vector<std::string> told;
  auto both = [&]() -> edge::task<std::tuple<int, int>> {
    co_return co_await edge::all(through(first, told, 1), through(second, told, 2));
  };
  auto work = both();
  CHECK(told.empty());
  std::optional<std::tuple<int, int>> result;
  const edge::root_task root = outermost(work, result);
  root.begin();
  CHECK(told == std::vector<std::string>{"begins 1", "begins 2"});
  first.open();
  CHECK_FALSE(result);
  second.open();
  CHECK(result == std::tuple{1, 2});
}

TEST_CASE("The results are in the order of the tasks, whichever finished first") {
  gate first;
  gate second;
  std::vector<std::string> told;
  auto both = [&]() -> edge::task<std::tuple<int, int>> {
    co_return co_await edge::all(through(first, told, 1), through(second, told, 2));
  };
  auto work = both();
  std::optional<std::tuple<int, int>> result;
  const edge::root_task root = outermost(work, result);
  root.begin();
  second.open();
  first.open();
  CHECK(told.back() == "ends 1");
  CHECK(result == std::tuple{1, 2});
}

TEST_CASE("An error in one does not end the others") {
  gate first;
  gate second;
  auto both = [&]() -> edge::task<std::tuple<outcome<int>, outcome<int>>> {
    co_return co_await edge::all(failing_through(first, std::nullopt), failing_through(second, 2));
  };
  auto work = both();
  std::optional<std::tuple<outcome<int>, outcome<int>>> result;
  const edge::root_task root = outermost(work, result);
  root.begin();
  first.open();
  CHECK_FALSE(result);
  second.open();
  REQUIRE(result);
  CHECK(std::get<0>(*result).error() == "failed");
  CHECK(std::get<1>(*result) == 2);
}

TEST_CASE("All finish at once if every task does") {
  auto both = [&]() -> edge::task<std::tuple<int, int, int>> {
    co_return co_await edge::all(at_once(1), at_once(2), at_once(3));
  };
  auto work = both();
  std::optional<std::tuple<int, int, int>> result;
  const edge::root_task root = outermost(work, result);
  root.begin();
  CHECK(result == std::tuple{1, 2, 3});
}

TEST_CASE("All wait for the one that does not finish at once") {
  for (bool waiting_first : {false, true}) {
    gate at;
    std::vector<std::string> told;
    auto both = [&]() -> edge::task<std::tuple<int, int>> {
      if (waiting_first) {
        co_return co_await edge::all(through(at, told, 1), at_once(2));
      }
      co_return co_await edge::all(at_once(1), through(at, told, 2));
    };
    auto work = both();
    std::optional<std::tuple<int, int>> result;
    const edge::root_task root = outermost(work, result);
    root.begin();
    CHECK_FALSE(result);
    at.open();
    CHECK(result == std::tuple{1, 2});
  }
}

TEST_CASE("All can be nested") {
  gate inner;
  gate outer;
  std::vector<std::string> told;
  auto both = [&]() -> edge::task<std::tuple<std::tuple<int, int>, int>> {
    co_return co_await edge::all(edge::all(through(inner, told, 1), at_once(2)), through(outer, told, 3));
  };
  auto work = both();
  std::optional<std::tuple<std::tuple<int, int>, int>> result;
  const edge::root_task root = outermost(work, result);
  root.begin();
  CHECK(told == std::vector<std::string>{"begins 1", "begins 3"});
  outer.open();
  CHECK_FALSE(result);
  inner.open();
  CHECK(result == std::tuple{std::tuple{1, 2}, 3});
}

TEST_CASE("Destroying all while they wait destroys each branch") {
  gate first;
  gate second;
  std::vector<std::string> told;
  {
    auto both = [&]() -> edge::task<std::tuple<int, int>> {
      co_return co_await edge::all(through(first, told, 1), through(second, told, 2));
    };
    auto work = both();
    std::optional<std::tuple<int, int>> result;
    const edge::root_task root = outermost(work, result);
    root.begin();
    first.open();
  }
  CHECK(told == std::vector<std::string>{"begins 1", "begins 2", "ends 1"});
}
