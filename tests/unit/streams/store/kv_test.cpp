// streams::kv: what is written again after a failure, and lists of many pages.
#include "streams/store/kv.h"
#include "support/catch.h"
#include "support/scripted_store.h"

#include <chrono>
#include <string>
#include <vector>

namespace kv_test {

namespace {

using namespace std::chrono_literals;
using edge::operation::kv_get;
using edge::operation::kv_list;
using edge::operation::kv_put;
using edge::operation::kv_remove;
using streams::kv;
using support::scripted_host;
using texts = std::vector<std::string>;

kv store_of(scripted_host& world) { return {world.host(), world.soon()}; }

} // namespace

TEST_CASE("A write is repeated after a failure that may pass, up to four times") {
  for (const auto kind :
       {edge::error_kind::unavailable, edge::error_kind::throttled, edge::error_kind::timeout}) {
    scripted_host world;
    support::fails<kv_put>(world, kind);
    support::writes(world);
    CHECK(world.run(store_of(world).put("key", "value", R"({"a":1})", 60s)));
    const auto written = world.asked<kv_put>();
    REQUIRE(written.size() == 2);
    for (const kv_put& each : written) {
      CHECK((each.key == "key" && each.value == "value" && each.metadata == R"({"a":1})" &&
             each.expiry == 60s));
    }
  }
  scripted_host hopeless;
  for (int i = 0; i < 4; ++i) {
    support::fails<kv_remove>(hopeless);
  }
  const auto removed = hopeless.run(store_of(hopeless).remove("key"));
  CHECK((!removed && removed.error().kind == edge::error_kind::unavailable));
  CHECK(hopeless.asked<kv_remove>().size() == 4);
}

TEST_CASE("A write that was refused for good, or that has no time left, is not repeated") {
  scripted_host refused;
  support::fails<kv_put>(refused, edge::error_kind::rejected);
  CHECK_FALSE(refused.run(store_of(refused).put("key", "value")));
  CHECK(refused.asked<kv_put>().size() == 1);
  scripted_host late;
  support::fails<kv_put>(late);
  CHECK_FALSE(late.run(kv{late.host(), late.host().now() + 999ms}.put("key", "value")));
  CHECK(late.asked<kv_put>().size() == 1);
}

TEST_CASE("A value that can be written later is written once") {
  scripted_host world;
  support::fails<kv_put>(world);
  const auto write = [&]() -> edge::task<edge::status> {
    co_await store_of(world).put_once("key", "value", 60s, "{}");
    co_return {};
  };
  CHECK_FALSE(world.run(write()));
  const auto written = world.asked<kv_put>();
  REQUIRE(written.size() == 1);
  CHECK((written.front().expiry == 60s && written.front().metadata == "{}"));
}

TEST_CASE("Many writes are all carried out, and one that fails is reported after the others") {
  scripted_host world;
  texts keys;
  for (int i = 0; i < 12; ++i) {
    keys.push_back("key" + std::to_string(i));
  }
  support::removes(world, 12);
  CHECK(world.run(store_of(world).remove_all(keys)));
  CHECK(support::keys_of<kv_remove>(world) == keys);

  for (int failing = 0; failing < 7; ++failing) {
    scripted_host other;
    support::writes(other, failing);
    support::fails<kv_put>(other, edge::error_kind::rejected);
    support::writes(other, 7);
    std::vector<kv_put> entries;
    entries.reserve(7);
    for (int i = 0; i < 7; ++i) {
      entries.push_back({.key = std::to_string(i)});
    }
    CHECK_FALSE(other.run(store_of(other).put_all(entries)));
    CHECK(other.asked<kv_put>().size() >= 6);
  }
}

TEST_CASE("A key that is not there has no value, and an empty value is one") {
  scripted_host world;
  world.next<kv_get>(kv_get::result{{.found = true, .value = ""}});
  world.next<kv_get>(kv_get::result{{}});
  const auto there = world.run(store_of(world).get("a"));
  CHECK((there && *there && (*there)->empty()));
  const auto missing = world.run(store_of(world).get("b"));
  CHECK((missing && !*missing));
}

TEST_CASE("Every page of a list is visited, empty ones too, and a page that fails is reported") {
  const auto visited = [](scripted_host& world, texts& keys) {
    return world.run(
        store_of(world).for_each("a/", [&](const kv_list::entry& each) { keys.push_back(each.key); }));
  };
  scripted_host world;
  support::lists(world, {{.key = "a/1", .metadata = ""}, {.key = "a/2", .metadata = ""}}, "second");
  support::lists(world, {}, "third");
  support::lists(world, {{.key = "a/3", .metadata = ""}});
  texts keys;
  CHECK(visited(world, keys));
  CHECK(keys == texts{"a/1", "a/2", "a/3"});
  const auto asked = world.asked<kv_list>();
  REQUIRE(asked.size() == 3);
  CHECK((asked[0].prefix == "a/" && asked[2].prefix == "a/"));
  CHECK((asked[0].cursor.empty() && asked[1].cursor == "second" && asked[2].cursor == "third"));

  scripted_host broken;
  support::lists(broken, {{.key = "a/1", .metadata = ""}}, "second");
  support::fails<kv_list>(broken);
  texts some;
  CHECK_FALSE(visited(broken, some));
}

} // namespace kv_test
