// streams::deployment_of: the id that tells this deployment's provider objects from those of others.
#include "streams/store/deployment.h"
#include "support/catch.h"
#include "support/scripted_store.h"

#include <string>
#include <vector>

namespace deployment_test {

namespace {

using support::scripted_host;

// "none" if it fails.
std::string deployment(scripted_host& world, std::string_view stored) {
  return world
      .run(streams::deployment_of({world.host(), world.soon()}, world.host().random(), "main", stored))
      .value_or("none");
}

std::string read_deployment(scripted_host& world) {
  return world.run(streams::deployment_of({world.host(), world.soon()}, world.host().random(), "main"))
      .value_or("none");
}

const std::string made = "6565656565656565"; // of the scripted host's random bytes

} // namespace

TEST_CASE("The stored id is used as it is") {
  scripted_host world;
  CHECK(deployment(world, "0123456789abcdef") == "main-0123456789abcdef");
  CHECK(world.asked().empty());
}

TEST_CASE("What is no id is replaced by a new one, which is written for ever before it is used") {
  for (const std::string_view stored :
       {"", "0123456789abcde", "0123456789abcdef0", "0123456789abcdeF", "0123456789abcde-"}) {
    scripted_host world;
    support::writes(world);
    CHECK(deployment(world, stored) == "main-" + made);
    const auto written = world.asked<edge::operation::kv_put>();
    REQUIRE(written.size() == 1);
    CHECK((written.front().key == "deployment" && written.front().value == made));
    CHECK(written.front().expiry.count() == 0);
  }
}

TEST_CASE("An id that could not be written, or a store that could not be read, gives none") {
  scripted_host world;
  support::fails<edge::operation::kv_put>(world, edge::error_kind::rejected);
  CHECK(deployment(world, "") == "none");
  scripted_host unreadable;
  support::fails<edge::operation::kv_get>(unreadable);
  CHECK(read_deployment(unreadable) == "none");
  CHECK(unreadable.asked<edge::operation::kv_put>().empty());
  scripted_host known;
  support::reads(known, {"0123456789abcdef"});
  CHECK(read_deployment(known) == "main-0123456789abcdef");
  CHECK(known.asked<edge::operation::kv_get>().front().keys == std::vector<std::string>{"deployment"});
}

} // namespace deployment_test
