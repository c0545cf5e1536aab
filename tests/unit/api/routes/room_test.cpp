// Who may enter a room.
#include "support/catch.h"
#include "unit/api/calling.h"

#include <string>
#include <vector>

namespace api {
edge::task<edge::result<>> enter_room(edge::context& request);
} // namespace api

namespace {

using edge::operation::room;
using support::scripted_host;

constexpr const char* as_viewer = "/api/streams/x/room?as=viewer&viewer=0123456789abcdef";

edge::environment with_rooms() {
  edge::environment settings = support::api_settings();
  settings.set("ROOMS", std::string{edge::environment::bound});
  return settings;
}

edge::result<> enter(scripted_host& world, const std::string& path, const std::string& protocols = {},
                     const std::string& upgrade = "WebSocket") {
  edge::context request = support::request_for(world, {.method = "GET", .path = path});
  if (!upgrade.empty()) {
    request.request.headers.add("upgrade", upgrade);
  }
  if (!protocols.empty()) {
    request.request.headers.add("sec-websocket-protocol", protocols);
  }
  return world.run(api::enter_room(request));
}

std::string token_of(const std::string& subject) {
  return support::bearer_of(subject).substr(std::string{"Bearer "}.size());
}

} // namespace

TEST_CASE("A viewer of a public stream enters its room with the present state") {
  scripted_host world{with_rooms()};
  support::stores(world, support::quiet_stream());
  world.next<room>(true);
  const auto answer = enter(world, as_viewer, "whip-mux");
  REQUIRE(answer);
  CHECK(answer->status == 101);
  CHECK(answer->headers.find("sec-websocket-protocol") == "whip-mux");
  const auto joined = world.asked<room>();
  REQUIRE(joined.size() == 1);
  CHECK(joined[0].viewer == "0123456789abcdef");
  CHECK(joined[0].tags == std::vector<std::string>{"viewer"});
  REQUIRE(joined[0].messages.size() == 1);
  CHECK(joined[0].messages[0].second.starts_with(R"({"playback":{"title":"The service")"));
  CHECK(world.asked().size() == 2);
}

TEST_CASE("A token may come as a protocol, which is not selected") {
  scripted_host world{with_rooms()};
  support::stores(world, support::quiet_stream());
  world.next<room>(true);
  const auto answer = enter(world, "/api/streams/x/room?as=owner", "bearer." + token_of("owner"));
  REQUIRE(answer);
  CHECK(answer->status == 101);
  CHECK_FALSE(answer->headers.find("sec-websocket-protocol"));

  scripted_host refused{with_rooms()};
  const auto stranger = enter(refused, "/api/streams/x/room?as=owner", "whip-mux, bearer.a.b.c");
  REQUIRE_FALSE(stranger);
  CHECK(stranger.error().status == 401);
}

TEST_CASE("A room that is full or does not answer takes nobody") {
  for (const auto& outcome : std::vector<edge::outcome<bool>>{
           false, std::unexpected(edge::error{.kind = edge::error_kind::unavailable})}) {
    scripted_host world{with_rooms()};
    support::stores(world, support::quiet_stream());
    world.next<room>(outcome);
    const auto answer = enter(world, as_viewer);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().status == 503);
    CHECK(answer.error().type == "room-unavailable");
  }
}

TEST_CASE("Only an upgrade with a role and, for a viewer, an id enters a room, and only where there is one") {
  const auto status = [](const std::string& path, const std::string& upgrade = "websocket") {
    scripted_host world{with_rooms()};
    const auto answer = enter(world, path, {}, upgrade);
    return answer ? answer->status : answer.error().status;
  };
  CHECK(status(as_viewer, "") == 426);
  CHECK(status(as_viewer, "h2c") == 426);
  CHECK(status("/api/streams/x/room") == 400);
  CHECK(status("/api/streams/x/room?as=director") == 400);
  CHECK(status("/api/streams/x/room?as=viewer") == 400);
  CHECK(status("/api/streams/x/room?as=viewer&viewer=0123456789abcde") == 400);
  CHECK(status("/api/streams/x/room?as=viewer&viewer=0123456789abcde/") == 400);
  scripted_host without{support::api_settings()};
  const auto answer = enter(without, as_viewer);
  REQUIRE_FALSE(answer);
  CHECK(answer.error().type == "not-configured");
}
