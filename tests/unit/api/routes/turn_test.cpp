// api::turn: one request at a time.
#include "api/routes/turn.h"
#include "support/catch.h"
#include "unit/api/calling.h"

#include <string>

namespace {

using edge::operation::lease;
using support::scripted_host;

edge::environment with_leases() {
  edge::environment all = support::api_settings();
  all.set("LEASES", std::string{edge::environment::bound});
  return all;
}

struct taken {
  int status;
  std::string left;
  bool operator==(const taken&) const = default;
};

taken take(scripted_host& world) {
  edge::context request = support::request_for(world, {});
  api::turn turn{request, "outputs", "id"};
  const auto has = world.run(turn.take());
  return {.status = has ? 200 : has.error().status, .left = std::string{turn.left_before()}};
}

// Scripts how the lease stands after a step.
void stands(scripted_host& world, std::string holder, std::string request, std::string value = {}) {
  world.next<lease>(lease::result{
      .holder = std::move(holder), .request = std::move(request), .note = {}, .value = std::move(value)});
}

} // namespace

TEST_CASE("Without leases every request has its turn at once") {
  scripted_host world{support::api_settings()};
  CHECK(take(world) == taken{200, ""});
  CHECK(world.asked().empty());
}

TEST_CASE("The first request has its turn") {
  scripted_host world{with_leases()};
  stands(world, "request", "nothing");
  CHECK(take(world) == taken{200, ""});
  CHECK(world.asked<lease>().front().name == "outputs/id");
}

TEST_CASE("A request waits for the one before it, and gets what that one left") {
  scripted_host world{with_leases()};
  stands(world, "other", "nothing");
  stands(world, "other", "nothing", "left");
  stands(world, "request", "left");
  CHECK(take(world) == taken{200, "left"});
  const auto steps = world.asked<lease>();
  CHECK(steps.back().request == "left");
  CHECK(world.asked<edge::operation::sleep>().size() == 1);
}

TEST_CASE("A request that begins later learns from the holder what to wait for") {
  scripted_host world{with_leases()};
  stands(world, "other", "left");
  stands(world, "request", "left");
  CHECK(take(world) == taken{200, "left"});
}

TEST_CASE("A request that waits for too long is a 409, and a lease that fails a 503") {
  scripted_host busy{with_leases()};
  for (int i = 0; i < 400; ++i) {
    stands(busy, "other", "nothing");
  }
  CHECK(take(busy).status == 409);
  scripted_host failing{with_leases()};
  for (int i = 0; i < 4; ++i) {
    failing.next<lease>(std::unexpected(edge::error{.kind = edge::error_kind::unavailable}));
  }
  CHECK(take(failing).status == 503);
}

TEST_CASE("A turn ends with what it leaves for the next") {
  scripted_host world{with_leases()};
  edge::context request = support::request_for(world, {});
  api::turn turn{request, "invites", "id"};
  stands(world, "request", "nothing");
  stands(world, "request", "nothing", "left");
  stands(world, "request", "left");
  auto use = [&]() -> edge::task<edge::status> {
    co_await turn.give_back("left");
    co_await turn.give_back();
    co_return {};
  };
  CHECK(world.run(turn.take()));
  CHECK(world.run(use()));
  const auto steps = world.asked<lease>();
  REQUIRE(steps.size() == 3);
  CHECK((steps[1].step == "complete" && steps[1].text == "left"));
  CHECK(steps[2].step == "release");
}
