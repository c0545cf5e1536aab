// edge::host: outgoing operations, results by id, and the number of calls in flight.
#include "edge/all.h"
#include "edge/host.h"
#include "edge/task.h"
#include "support/catch.h"
#include "support/scripted_host.h"

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using edge::operation::fetch;
using edge::operation::kv_remove;

constexpr edge::timestamp start{std::chrono::seconds{1'800'000'000}};

edge::host fresh_host() { return {{}, edge::entropy{std::string(64, 'e')}, start}; }

edge::root_task remove_key(edge::host& host, std::string key, std::vector<std::string>& done) {
  (void)co_await attempt(host.perform(kv_remove{key}));
  done.push_back(std::move(key));
}

edge::root_task rest(edge::host& host, bool& done) {
  (void)co_await attempt(host.perform(edge::operation::sleep{1s}));
  done = true;
}

std::vector<edge::operation_id> ids_sent(edge::host& host) {
  std::vector<edge::operation_id> ids;
  for (const edge::outgoing& each : host.take_outbox()) {
    ids.push_back(std::get<edge::issued_operation>(each).id);
  }
  return ids;
}

bool finish(edge::host& host, edge::operation_id id) {
  return host.complete(id, []<class Place>(Place& place) {
    if constexpr (std::is_same_v<Place, edge::outcome_of<kv_remove>>) {
      place = std::monostate{};
    }
  });
}

fetch call(edge::milliseconds timeout = 8000ms) {
  return {.method = "GET", .url = "https://a.example/", .headers = {}, .body = "", .timeout = timeout};
}

} // namespace

TEST_CASE("An operation appears in the outbox once, and does nothing before") {
  edge::host host = fresh_host();
  std::vector<std::string> done;
  const edge::root_task work = remove_key(host, "a", done);
  CHECK(host.take_outbox().empty());
  work.begin();
  CHECK(ids_sent(host).size() == 1);
  CHECK(host.take_outbox().empty());
  CHECK(done.empty());
}

TEST_CASE("An id is not reused while anyone may still hold it") {
  edge::host host = fresh_host();
  std::vector<std::string> done;
  std::set<edge::operation_id> seen;
  for (int i = 0; i < 1000; ++i) {
    const edge::root_task work = remove_key(host, "a", done);
    work.begin();
    const auto ids = ids_sent(host);
    REQUIRE(ids.size() == 1);
    REQUIRE(seen.insert(ids.front()).second);
    REQUIRE(finish(host, ids.front()));
  }
  CHECK(done.size() == 1000);
}

TEST_CASE("A stale, unknown or repeated id completes nothing and does no harm") {
  edge::host host = fresh_host();
  std::vector<std::string> done;
  for (edge::operation_id id : {0U, 1U, 0x10000U, 0xffffU, 0xffffffffU}) {
    CHECK_FALSE(finish(host, id));
  }
  const edge::root_task first = remove_key(host, "first", done);
  first.begin();
  const edge::operation_id stale = ids_sent(host).at(0);
  CHECK(finish(host, stale));
  CHECK_FALSE(finish(host, stale));
  const edge::root_task second = remove_key(host, "second", done);
  second.begin();
  CHECK_FALSE(finish(host, stale));
  CHECK_FALSE(finish(host, stale + 0x10000U * 7));
  CHECK(done == std::vector<std::string>{"first"});
  CHECK(finish(host, ids_sent(host).at(0)));
  CHECK(done == std::vector<std::string>{"first", "second"});
}

TEST_CASE("Six calls are in flight at a time, and the seventh is sent when one finishes") {
  edge::host host = fresh_host();
  std::vector<std::string> done;
  std::vector<edge::root_task> work;
  work.reserve(8);
  for (int i = 0; i < 8; ++i) {
    work.push_back(remove_key(host, std::to_string(i), done));
  }
  for (const edge::root_task& each : work) {
    each.begin();
  }
  const auto sent = ids_sent(host);
  REQUIRE(sent.size() == 6);
  CHECK(finish(host, sent.at(3)));
  const auto seventh = ids_sent(host);
  REQUIRE(seventh.size() == 1);
  CHECK(finish(host, seventh.front()));
  CHECK(done == std::vector<std::string>{"3", "6"});
  REQUIRE(ids_sent(host).size() == 1);
  CHECK(finish(host, sent.at(0)));
  CHECK(ids_sent(host).empty());
}

TEST_CASE("Sleeps do not count as calls in flight") {
  edge::host host = fresh_host();
  std::vector<std::string> done;
  bool rested = false;
  std::vector<edge::root_task> work;
  work.reserve(8);
  for (int i = 0; i < 6; ++i) {
    work.push_back(remove_key(host, std::to_string(i), done));
  }
  work.push_back(rest(host, rested));
  for (const edge::root_task& each : work) {
    each.begin();
  }
  const auto sent = ids_sent(host);
  REQUIRE(sent.size() == 7);
  CHECK(finish(host, sent.back())); // frees no place
  CHECK(rested);
  work.push_back(remove_key(host, "7", done));
  work.back().begin();
  CHECK(ids_sent(host).empty());
}

TEST_CASE("Destroying a host destroys what waits in it") {
  std::vector<std::string> done;
  {
    edge::host host = fresh_host();
    const edge::root_task first = remove_key(host, "a", done);
    first.begin();
    CHECK(ids_sent(host).size() == 1);
  }
  CHECK(done.empty());
}

TEST_CASE("A call whose deadline has passed is not sent") {
  for (edge::milliseconds past : {0ms, 1ms, 60'000ms}) {
    support::scripted_host world;
    const auto outcome = world.run(world.host().fetch("step", call(), world.host().now() - past));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().kind == edge::error_kind::out_of_time);
    CHECK(world.asked().empty());
    CHECK(world.host().calls().server_timing() == "step;dur=0;desc=\"out_of_time\"");
  }
}

TEST_CASE("A call lasts no longer than its deadline or its own timeout") {
  for (auto [left, own, given] : {std::tuple{5000ms, 8000ms, 5000ms}, std::tuple{9000ms, 8000ms, 8000ms}}) {
    support::scripted_host world;
    world.answers(200);
    CHECK(world.run(world.host().fetch("step", call(own), world.host().now() + left)));
    CHECK(world.asked<fetch>().at(0).timeout == given);
  }
}

TEST_CASE("Every call is logged with its duration and outcome") {
  support::scripted_host world;
  world.takes(120ms);
  world.answers(201);
  world.fails(edge::error_kind::timeout);
  CHECK(world.run(world.host().fetch("first", call(), world.soon())));
  CHECK_FALSE(world.run(world.host().fetch("second", call(), world.soon())));
  CHECK(world.host().calls().server_timing() ==
        "first;dur=120;desc=\"201\", second;dur=120;desc=\"timeout\"");
}
