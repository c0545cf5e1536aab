// mux::api: changes of a live stream, and the list of all of ours.
#include "json/writer.h"
#include "mux/api.h"
#include "support/catch.h"
#include "support/scripted_host.h"
#include "unit/mux/client.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using edge::error_kind;
using edge::operation::fetch;
using mux_test::answered;
using mux_test::asked_by;
using mux_test::client;
using mux_test::is_rejected;
using mux_test::with;

constexpr std::string_view live_streams = "https://api.mux.com/video/v1/live-streams";

const std::string read =
    R"({"data":{"id":"Qk02n01b8","created_at":"1790000000","status":"idle",)"
    R"("stream_key":"new-key","latency_mode":"low","passthrough":"whip-mux:prod:st_1"}})";

constexpr auto complete = [](mux::api& api) { return api.complete_live_stream("Qk02n01b8"); };
constexpr auto disable = [](mux::api& api) { return api.disable_live_stream("Qk02n01b8"); };
constexpr auto reset = [](mux::api& api) { return api.reset_stream_key("Qk02n01b8"); };
constexpr auto first_page = [](mux::api& api) { return api.list_live_streams("whip-mux:prod:", 1); };

json::object listed(std::string_view id, std::string_view passthrough) {
  return json::object()
      .set("id", id)
      .set("stream_key", "key")
      .set("status", "active")
      .set("passthrough", passthrough)
      .set("created_at", "1790000000");
}

// A page with that many live streams of others, then these.
std::string page(int others, const std::vector<std::pair<std::string, std::string>>& last = {}) {
  json::array streams;
  for (int i = 0; i < others; ++i) {
    streams.add(listed("other" + std::to_string(i), "whip-mux:staging:st_1"));
  }
  for (const auto& [id, passthrough] : last) {
    streams.add(listed(id, passthrough));
  }
  return json::object().set("data", std::move(streams)).dump();
}

} // namespace

TEST_CASE("A broadcast is ended, and a live stream disabled, by an empty PUT to its own path") {
  const std::string own = std::string(live_streams) + "/Qk02n01b8";
  // Only the status of the response counts.
  for (const std::string_view body : {R"({"data":{}})", "", "<html>"}) {
    const fetch completed = asked_by(200, std::string(body), complete);
    CHECK(completed.method == "PUT");
    CHECK(completed.url == own + "/complete");
    CHECK(completed.body.empty());
    CHECK_FALSE(completed.headers.find("content-type"));
    CHECK(completed.headers.find("authorization") == "Basic dG9rZW4taWQ6dG9rZW4tc2VjcmV0");
    const fetch disabled = asked_by(200, std::string(body), disable);
    CHECK(disabled.method == "PUT");
    CHECK(disabled.url == own + "/disable");
  }
}

TEST_CASE("A broadcast that has already ended counts as ended; other failures do not") {
  const std::string idle =
      R"({"error":{"type":"invalid_parameters","messages":["Live stream is not active"]}})";
  for (const int status : {400, 402, 405, 409, 410, 412, 422, 499}) {
    INFO(status);
    CHECK(answered(status, idle, complete));
  }
  const std::vector<std::pair<int, error_kind>> failures = {
      {401, error_kind::unauthorized}, {403, error_kind::unauthorized}, {404, error_kind::not_found},
      {429, error_kind::throttled},    {500, error_kind::unavailable},  {503, error_kind::unavailable},
      {302, error_kind::malformed}};
  for (const auto& [status, kind] : failures) {
    INFO(status);
    const auto outcome = answered(status, idle, complete);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().kind == kind);
  }
}

TEST_CASE("A live stream that cannot be disabled is an error, whatever the status") {
  const std::vector<std::pair<int, error_kind>> failures = {
      {400, error_kind::rejected},   {401, error_kind::unauthorized}, {404, error_kind::not_found},
      {409, error_kind::rejected},   {422, error_kind::rejected},     {429, error_kind::throttled},
      {500, error_kind::unavailable}};
  for (const auto& [status, kind] : failures) {
    INFO(status);
    const auto disabled = answered(status, "token-secret", disable);
    REQUIRE_FALSE(disabled);
    CHECK(disabled.error().kind == kind);
    CHECK(describe(disabled.error()) == "disable the Mux live stream");
  }
}

TEST_CASE("A stream key is reset, and the new one is returned") {
  const auto stream = answered(201, read, reset);
  REQUIRE(stream);
  CHECK(stream->stream_key.matches("new-key"));
  CHECK(stream->whip_url("https://global-live.mux.com/app")
            .matches("https://global-live.mux.com/app/new-key/whip"));
  CHECK_FALSE(stream->playback);
  const fetch asked = asked_by(201, read, reset);
  CHECK(asked.method == "POST");
  CHECK(asked.url == std::string(live_streams) + "/Qk02n01b8/reset-stream-key");
  CHECK(asked.body.empty());
}

TEST_CASE("A reset with an unreadable response may have changed the key") {
  for (const std::string& body :
       {std::string(), std::string("<html>"), std::string(R"({"data":{}})"),
        with(read, R"("id":"Qk02n01b8")", R"("id":"other")"), with(read, R"("new-key")", "null"),
        with(read, R"("new-key")", R"("a/b")"), with(read, R"("idle")", "7")}) {
    INFO(body);
    const auto stream = answered(201, body, reset);
    REQUIRE_FALSE(stream);
    CHECK(stream.error().kind == error_kind::malformed);
    CHECK(stream.error().effect_unknown());
    CHECK(describe(stream.error()) == "reset the Mux stream key");
  }
  CHECK(answered(404, "", reset).error().kind == error_kind::not_found);
}

TEST_CASE("A page of live streams contains those with the passthrough's prefix, with their creation times") {
  support::scripted_host world;
  world.answers(200, page(2, {{"mine1", "whip-mux:prod:st_1"},
                              {"mine2", "whip-mux:prod:"},
                              {"x1", "WHIP-MUX:prod:st_1"},
                              {"x2", "whip-mux:prod"},
                              {"x3", " whip-mux:prod:st_1"}}));
  const auto found = world.run(client(world).list_live_streams("whip-mux:prod:", 3));
  REQUIRE(found);
  REQUIRE(found->live_streams.size() == 2);
  CHECK(found->live_streams.at(0).id == "mine1");
  CHECK(found->live_streams.at(0).passthrough == "whip-mux:prod:st_1");
  CHECK(found->live_streams.at(0).status == mux::live_stream_status::active);
  REQUIRE(found->live_streams.at(0).created_at);
  CHECK(found->live_streams.at(0).created_at->time_since_epoch().count() == 1'790'000'000'000'000);
  CHECK(found->live_streams.at(1).id == "mine2");
  CHECK_FALSE(found->more);
  const fetch asked = world.asked<fetch>().at(0);
  CHECK(asked.method == "GET");
  CHECK(asked.url == std::string(live_streams) + "?limit=100&page=3");
  CHECK(asked.body_limit == mux::api::list_limit);
}

TEST_CASE("After a full page of live streams there may be more, even if none was ours") {
  CHECK(answered(200, page(100), first_page)->more);
  CHECK(answered(200, page(100), first_page)->live_streams.empty());
  CHECK_FALSE(answered(200, page(99), first_page)->more);
  CHECK_FALSE(answered(200, R"({"data":[]})", first_page)->more);
}

TEST_CASE("An invalid creation time is left out") {
  for (const std::string_view time : {"null", R"("then")", "-1", "{}"}) {
    INFO(time);
    const auto found =
        answered(200, with(page(0, {{"mine", "whip-mux:prod:st_1"}}), R"("1790000000")", time), first_page);
    REQUIRE(found);
    CHECK_FALSE(found->live_streams.at(0).created_at);
  }
}

TEST_CASE("Malformed live streams of others in a list are ignored; ours cause an error") {
  const auto found = answered(
      200, R"({"data":[7,null,{"id":"../x"},{"passthrough":{}},{"passthrough":"whip-mux:x"}]})", first_page);
  REQUIRE(found);
  CHECK(found->live_streams.empty());
  for (const std::string_view body : {R"({"data":[{"passthrough":"whip-mux:prod:st_1"}]})", R"({"data":{}})",
                                      R"({"data":null})", "[]", ""}) {
    INFO(body);
    const auto odd = answered(200, std::string(body), first_page);
    REQUIRE_FALSE(odd);
    CHECK(odd.error().kind == error_kind::malformed);
    CHECK(describe(odd.error()) == "list the Mux live streams");
  }
}

TEST_CASE("Listing without a passthrough prefix is refused") {
  support::scripted_host world;
  const auto found = world.run(client(world).list_live_streams("", 1));
  REQUIRE_FALSE(found);
  CHECK(found.error().kind == error_kind::rejected);
  CHECK(world.asked().empty());
}

TEST_CASE("Only the id of a live stream gets into a path of Mux") {
  for (const std::string_view id : {"", "..", "a/b", "a?b", "a b", "%2e", "a\n"}) {
    INFO(id);
    support::scripted_host world;
    CHECK(is_rejected(world.run(client(world).complete_live_stream(id))));
    CHECK(is_rejected(world.run(client(world).disable_live_stream(id))));
    CHECK(is_rejected(world.run(client(world).reset_stream_key(id))));
    CHECK(world.asked().empty());
  }
}

TEST_CASE("Live streams are searched page by page, up to the first page that is not full") {
  support::scripted_host world;
  world.answers(200, page(99, {{"mine1", "p"}}));
  world.answers(200, page(98, {{"mine1", "p"}, {"mine2", "p"}})); // the list moved by one in between
  world.answers(200, page(3));
  const auto found = world.run(client(world).find_live_streams_by_passthrough("p"));
  REQUIRE(found);
  REQUIRE(found->size() == 2);
  CHECK(found->at(0).id == "mine1");
  CHECK(found->at(1).id == "mine2");
  const auto asked = world.asked<fetch>();
  REQUIRE(asked.size() == 3);
  CHECK(asked.at(0).url == "https://api.mux.com/video/v1/live-streams?limit=100&page=1");
  CHECK(asked.at(2).url == "https://api.mux.com/video/v1/live-streams?limit=100&page=3");
  CHECK(asked.at(0).body_limit == mux::api::list_limit);
}

TEST_CASE("An empty list of live streams contains none of ours") {
  support::scripted_host world;
  world.answers(200, R"({"data":[]})");
  const auto found = world.run(client(world).find_live_streams_by_passthrough("p"));
  REQUIRE(found);
  CHECK(found->empty());
}

TEST_CASE("A live stream is found by its complete passthrough") {
  support::scripted_host world;
  world.answers(200, page(0, {{"a", "p1"}, {"b", "P"}, {"c", "p"}, {"d", ""}}));
  const auto found = world.run(client(world).find_live_streams_by_passthrough("p"));
  REQUIRE(found);
  REQUIRE(found->size() == 1);
  CHECK(found->at(0).id == "c");
}

TEST_CASE("Malformed live streams of others are ignored; ours cause an error") {
  support::scripted_host world;
  world.answers(200, R"({"data":[7,null,{"id":"../x"},{"passthrough":{}},{"passthrough":"q"}]})");
  const auto found = world.run(client(world).find_live_streams_by_passthrough("p"));
  REQUIRE(found);
  CHECK(found->empty());
  world.answers(200, R"({"data":[{"passthrough":"p"}]})");
  const auto odd = world.run(client(world).find_live_streams_by_passthrough("p"));
  REQUIRE_FALSE(odd);
  CHECK(odd.error().kind == error_kind::malformed);
}

TEST_CASE("An endless list of live streams is abandoned and does not count as a complete search") {
  support::scripted_host world;
  for (std::size_t i = 0; i < mux::api::max_pages; ++i) {
    world.answers(200, page(99, {{"mine", "p"}}));
  }
  const auto found = world.run(client(world).find_live_streams_by_passthrough("p"));
  REQUIRE_FALSE(found);
  CHECK(found.error().kind == error_kind::too_large);
  CHECK(world.asked().size() == mux::api::max_pages);
}

TEST_CASE("A failure within the list of live streams fails the search") {
  support::scripted_host world;
  world.answers(200, page(100));
  world.answers(429, R"({"errors":["Too many requests, retry later."]})", {{"Retry-After", "1"}});
  const auto throttled = world.run(client(world).find_live_streams_by_passthrough("p"));
  REQUIRE_FALSE(throttled);
  CHECK(throttled.error().kind == error_kind::throttled);
  CHECK(describe(throttled.error()) == "look for the Mux live stream");
  world.answers(200, R"({"data":{}})");
  const auto odd = world.run(client(world).find_live_streams_by_passthrough("p"));
  REQUIRE_FALSE(odd);
  CHECK(odd.error().kind == error_kind::malformed);
}
