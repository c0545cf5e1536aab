// streams::memorial and memorial_store: who may stream for a memorial.
#include "streams/store/memorial_store.h"
#include "support/catch.h"
#include "support/scripted_store.h"

#include <string>
#include <vector>

namespace memorial_test {

namespace {

using edge::operation::kv_get;
using edge::operation::kv_put;
using edge::operation::kv_remove;
using streams::memorial;
using streams::memorial_store;
using support::scripted_host;
using texts = std::vector<std::string>;

const memorial whole{
    .owner = "family", .funeral_director = "director", .videographers = {"filmer", "helper"}};

memorial_store store_in(scripted_host& world) { return memorial_store{{world.host(), world.soon()}}; }

} // namespace

TEST_CASE("A memorial admits its owner, its director and its videographers, and nobody else") {
  for (const char* each : {"family", "director", "filmer", "helper"}) {
    CHECK(whole.admits(each));
  }
  for (const char* each : {"", "famil", "stranger"}) {
    CHECK_FALSE(whole.admits(each));
  }
  const memorial alone{.owner = "family"};
  CHECK(alone.admits("family"));
  CHECK_FALSE(alone.admits("director"));
  CHECK_FALSE(alone.admits(""));
}

TEST_CASE("A memorial survives a round trip, and one without an owner is refused") {
  const auto read = memorial::from_text(whole.to_text());
  REQUIRE(read);
  CHECK((read->owner == whole.owner && read->funeral_director == whole.funeral_director));
  CHECK(read->videographers == whole.videographers);
  const auto alone = memorial::from_text(memorial{.owner = "family"}.to_text());
  CHECK((alone && !alone->funeral_director && alone->videographers.empty()));
  for (const char* text : {"", "{}", R"({"owner":1})"}) {
    CHECK_FALSE(memorial::from_text(text));
  }
}

TEST_CASE("A memorial is written whole and removed by its id") {
  scripted_host world;
  support::writes(world);
  support::removes(world);
  CHECK(world.run(store_in(world).put("m1", whole)));
  CHECK(world.run(store_in(world).remove("m1")));
  const kv_put written = world.asked<kv_put>().front();
  CHECK((written.key == "memorial/m1" && written.value == whole.to_text() && written.expiry.count() == 0));
  CHECK(support::keys_of<kv_remove>(world) == texts{"memorial/m1"});
}

TEST_CASE("An unreadable memorial is an error, and not one that anybody may stream for") {
  scripted_host world;
  support::reads(world, {whole.to_text()});
  support::reads(world, {""});
  support::reads(world, {"{}"});
  const auto read = world.run(store_in(world).get("m1"));
  CHECK((read && *read && (*read)->owner == "family"));
  const auto unknown = world.run(store_in(world).get("m1"));
  CHECK((unknown && !*unknown));
  const auto unreadable = world.run(store_in(world).get("m1"));
  CHECK((!unreadable && unreadable.error().kind == edge::error_kind::malformed));
}

TEST_CASE("Many memorials are read at once, in the order of their ids") {
  scripted_host world;
  support::reads(world, {"", whole.to_text()});
  support::reads(world, {whole.to_text(), "{}"});
  const auto all = world.run(store_in(world).get_all({"m1", "m2"}));
  REQUIRE((all && all->size() == 2));
  CHECK((!all->front() && all->back()));
  CHECK(world.asked<kv_get>().front().keys == texts{"memorial/m1", "memorial/m2"});
  const auto unreadable = world.run(store_in(world).get_all({"m1", "m2"}));
  CHECK((!unreadable && unreadable.error().kind == edge::error_kind::malformed));
}

} // namespace memorial_test
