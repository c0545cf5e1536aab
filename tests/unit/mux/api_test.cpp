// mux::api: its requests to Mux and its results.
#include "json/reader.h"
#include "mux/api.h"
#include "support/catch.h"
#include "support/scripted_host.h"
#include "unit/mux/client.h"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using edge::error_kind;
using edge::operation::fetch;

using mux_test::client;
using mux_test::with_token;

const mux::new_live_stream wanted{.title = "Court 3", .passthrough = "whip-mux:st_01JB7"};

const std::string made = R"({"data":{"id":"Qk02n01b8","created_at":"1790000000","status":"idle",)"
                         R"("stream_key":"5f1c2e90-77aa-43d1-9b0e-000000000001","srt_passphrase":"v3ry",)"
                         R"("latency_mode":"low","passthrough":"whip-mux:st_01JB7",)"
                         R"("playback_ids":[{"id":"Ax7live00","policy":"public"}],"recent_asset_ids":[]}})";

// The result of a creation with this response.
edge::error refusal(int status, std::string_view body, edge::headers fields = {}) {
  support::scripted_host world;
  world.answers(status, std::string(body), std::move(fields));
  const auto stream = world.run(client(world).create_live_stream(wanted));
  REQUIRE_FALSE(stream);
  return stream.error();
}

// The same response with one piece of text replaced.
std::string made_with(std::string_view piece, std::string_view other) {
  return mux_test::with(made, piece, other);
}

std::string title_sent(std::string title) {
  support::scripted_host world;
  world.answers(201, made);
  const auto stream =
      world.run(client(world).create_live_stream({.title = std::move(title), .passthrough = "p"}));
  REQUIRE(stream);
  const auto body = json::document::parse(world.asked<fetch>().at(0).body);
  REQUIRE(body);
  return std::string(body->root()["meta"]["title"].text().value_or("no title"));
}

} // namespace

TEST_CASE("A live stream is created with both playback policies and our passthrough in both places") {
  support::scripted_host world;
  world.answers(201, made);
  const auto stream = world.run(client(world).create_live_stream(wanted));
  REQUIRE(stream);
  CHECK(stream->id == "Qk02n01b8");
  CHECK(stream->stream_key.matches("5f1c2e90-77aa-43d1-9b0e-000000000001"));
  CHECK(stream->status == mux::live_stream_status::idle);
  CHECK(stream->playback ==
        mux::playback_id{.id = "Ax7live00", .policy = mux::playback_policy::public_playback});
  CHECK(stream->passthrough == "whip-mux:st_01JB7");

  REQUIRE(world.asked().size() == 1);
  const fetch asked = world.asked<fetch>().at(0);
  CHECK(asked.method == "POST");
  CHECK(asked.url == "https://api.mux.com/video/v1/live-streams");
  CHECK(asked.headers.find("authorization") == "Basic dG9rZW4taWQ6dG9rZW4tc2VjcmV0");
  CHECK(asked.headers.find("content-type") == "application/json");
  CHECK(asked.body ==
        R"({"playback_policies":["public"],"new_asset_settings":{"playback_policies":["public"],)"
        R"("passthrough":"whip-mux:st_01JB7"},"latency_mode":"standard","reconnect_window":60,)"
        R"("passthrough":"whip-mux:st_01JB7","meta":{"title":"Court 3"}})");
  CHECK(asked.timeout == mux::api::call_timeout);
  CHECK(asked.body_limit == mux::api::answer_limit);
}

TEST_CASE("Calls to Mux are logged by name and outcome only") {
  support::scripted_host world;
  world.takes(edge::milliseconds(120));
  world.answers(201, made);
  REQUIRE(world.run(client(world).create_live_stream(wanted)));
  world.answers(204);
  REQUIRE(world.run(client(world).delete_live_stream("a1")));
  world.answers(500);
  REQUIRE_FALSE(world.run(client(world).get_live_stream("a1")));
  CHECK(world.host().calls().server_timing() ==
        "mux-create-live-stream;dur=120;desc=\"201\", mux-delete-live-stream;dur=120;desc=\"204\", "
        "mux-get-live-stream;dur=120;desc=\"500\"");
}

TEST_CASE("A signed live stream has signed recordings") {
  support::scripted_host world;
  world.answers(201, made_with(R"("policy":"public")", R"("policy":"signed")"));
  mux::new_live_stream protected_stream = wanted;
  protected_stream.policy = mux::playback_policy::signed_playback;
  const auto stream = world.run(client(world).create_live_stream(protected_stream));
  REQUIRE(stream);
  CHECK(stream->playback->policy == mux::playback_policy::signed_playback);
  const auto body = json::document::parse(world.asked<fetch>().at(0).body);
  REQUIRE(body);
  CHECK(body->root()["playback_policies"].at(0).text() == "signed");
  CHECK(body->root()["new_asset_settings"]["playback_policies"].at(0).text() == "signed");
}

TEST_CASE("A title is cut to Mux's limit between characters") {
  CHECK(title_sent(std::string(512, 'x')) == std::string(512, 'x'));
  CHECK(title_sent(std::string(513, 'x')) == std::string(512, 'x'));
  CHECK(title_sent(std::string(511, 'x') + "\u00e9") == std::string(511, 'x'));
  CHECK(title_sent(std::string(509, 'x') + "\U0001f56f") == std::string(509, 'x'));
  CHECK(title_sent(std::string(508, 'x') + "\U0001f56f" + "y") == std::string(508, 'x') + "\U0001f56f");
  CHECK(title_sent("") == "no title");
  CHECK(title_sent(std::string(600, '\x80')).empty()); // no character begins anywhere
}

TEST_CASE("A passthrough that Mux would not return unchanged is rejected without a call") {
  for (const std::string& passthrough : {std::string(), std::string(256, 'x'), std::string("a b"),
                                         std::string("a\"b"), std::string("\u00e9")}) {
    support::scripted_host world;
    const auto stream =
        world.run(client(world).create_live_stream({.title = "t", .passthrough = passthrough}));
    REQUIRE_FALSE(stream);
    CHECK(stream.error().kind == error_kind::rejected);
    CHECK(world.asked().empty());
  }
}

TEST_CASE("Each status of Mux maps to one kind of error") {
  const std::vector<std::pair<int, error_kind>> kinds = {
      {400, error_kind::rejected},     {401, error_kind::unauthorized}, {402, error_kind::rejected},
      {403, error_kind::unauthorized}, {404, error_kind::not_found},    {405, error_kind::rejected},
      {409, error_kind::rejected},     {422, error_kind::rejected},     {429, error_kind::throttled},
      {499, error_kind::rejected},     {500, error_kind::unavailable},  {502, error_kind::unavailable},
      {503, error_kind::unavailable},  {599, error_kind::unavailable},  {301, error_kind::malformed},
      {302, error_kind::malformed},    {304, error_kind::malformed},    {100, error_kind::malformed},
      {600, error_kind::malformed},    {0, error_kind::malformed}};
  for (const auto& [status, kind] : kinds) {
    INFO(status);
    const edge::error error = refusal(status, made);
    CHECK(error.kind == kind);
    CHECK(error.status == status);
    CHECK(describe(error) == "create the Mux live stream");
  }
}

TEST_CASE("Only a plain type of Mux's error is passed on, never its messages") {
  CHECK(describe(
            refusal(400, R"({"error":{"type":"invalid_parameters","messages":["Failed to parse ID"]}})")) ==
        "create the Mux live stream: invalid_parameters");
  const std::vector<std::string_view> bodies = {
      R"({"error":{"type":"token-secret 1","messages":["token-secret"]}})",
      R"({"error":{"type":"Invalid"}})",
      R"({"error":{"type":7}})",
      R"({"error":"token-secret"})",
      R"({"errors":["token-secret"]})",
      "<html>token-secret</html>",
      ""};
  for (const std::string_view body : bodies) {
    INFO(body);
    CHECK(describe(refusal(400, body)) == "create the Mux live stream");
  }
  CHECK(describe(refusal(400, R"({"error":{"type":")" + std::string(65, 'a') + R"("}})")) ==
        "create the Mux live stream");
}

TEST_CASE("Mux's Retry-After is honoured only if it is in seconds") {
  const std::string body = R"({"errors":["Too many requests, retry later."]})";
  const auto wait = [&](const char* value) {
    return refusal(429, body, {{"Retry-After", value}}).retry_after;
  };
  CHECK(wait("2") == std::chrono::seconds(2));
  CHECK(wait("0") == std::chrono::seconds(0));
  CHECK(wait("3600") == std::chrono::hours(1));
  for (const char* const value : {"", " 2", "2 ", "+2", "-2", "2.5", "2s", "0x2", "3601",
                                  "99999999999999999999", "Sat, 21 Nov 2026 00:00:00 GMT"}) {
    INFO(value);
    CHECK_FALSE(wait(value));
  }
  CHECK_FALSE(refusal(429, body).retry_after);
  CHECK(refusal(429, body).transient());
  CHECK(refusal(503, "", {{"retry-after", "7"}}).retry_after == std::chrono::seconds(7));
}

TEST_CASE("A response that Mux does not document leaves the effect unknown") {
  const std::vector<std::string> bodies = {
      "",
      "<html>",
      made.substr(0, made.size() / 2),
      made + "x",
      "null",
      "[]",
      "{}",
      R"({"data":null})",
      R"({"data":[]})",
      R"({"data":{}})",
      made_with(R"("id":"Qk02n01b8",)", ""),
      made_with(R"("id":"Qk02n01b8")", R"("id":"../secrets")"),
      made_with(R"("id":"Qk02n01b8")", R"("id":"")"),
      made_with(R"("id":"Qk02n01b8")", R"("id":7)"),
      made_with(R"("id":"Qk02n01b8")", R"("id":")" + std::string(129, 'a') + '"'),
      made_with(R"("stream_key":"5f1c2e90-77aa-43d1-9b0e-000000000001",)", ""),
      made_with(R"("stream_key":"5f1c2e90-77aa-43d1-9b0e-000000000001")", R"("stream_key":"a/b")"),
      made_with(R"("stream_key":"5f1c2e90-77aa-43d1-9b0e-000000000001")", R"("stream_key":null)"),
      made_with(R"("status":"idle")", R"("status":7)"),
      made_with(R"("status":"idle",)", ""),
      made_with(R"([{"id":"Ax7live00","policy":"public"}])", "[]"),
      made_with(R"([{"id":"Ax7live00","policy":"public"}])", "null"),
      made_with(R"("policy":"public")", R"("policy":"drm")"),
      made_with(R"("policy":"public")", R"("policy":"signed")"),
      made_with(R"("id":"Ax7live00")", R"("id":"Ax7?token=x")")};
  for (const std::string& body : bodies) {
    INFO(body);
    const edge::error error = refusal(201, body);
    CHECK(error.kind == error_kind::malformed);
    CHECK(error.effect_unknown());
    CHECK(describe(error) == "create the Mux live stream");
  }
}

TEST_CASE("A call to Mux without a response fails with the host's error, in our words") {
  for (const error_kind kind : {error_kind::timeout, error_kind::network}) {
    support::scripted_host world;
    world.fails(kind);
    const auto stream = world.run(client(world).create_live_stream(wanted));
    REQUIRE_FALSE(stream);
    CHECK(stream.error().kind == kind);
    CHECK(describe(stream.error()) == "create the Mux live stream");
  }
}

TEST_CASE("A response of Mux over the size limit means that the call was carried out") {
  support::scripted_host world;
  world.fails(error_kind::too_large);
  const auto stream = world.run(client(world).create_live_stream(wanted));
  REQUIRE_FALSE(stream);
  CHECK(stream.error().kind == error_kind::malformed);
  CHECK(stream.error().effect_unknown());
}

TEST_CASE("Mux is not called after the deadline") {
  support::scripted_host world;
  mux::api late(world.host(), with_token, world.host().now());
  const auto stream = world.run(late.create_live_stream(wanted));
  REQUIRE_FALSE(stream);
  CHECK(stream.error().kind == error_kind::out_of_time);
  CHECK(world.asked().empty());
}

TEST_CASE("A call to Mux takes no longer than the time left before the deadline") {
  support::scripted_host world;
  world.answers(204);
  mux::api hurried(world.host(), with_token, world.host().now() + std::chrono::seconds(3));
  REQUIRE(world.run(hurried.delete_live_stream("a1")));
  CHECK(world.asked<fetch>().at(0).timeout == std::chrono::seconds(3));
}

TEST_CASE("A live stream is read by its id") {
  support::scripted_host world;
  world.answers(200, made_with(R"("status":"idle")", R"("status":"active","active_asset_id":"r01Asset")"));
  const auto stream = world.run(client(world).get_live_stream("Qk02n01b8"));
  REQUIRE(stream);
  CHECK(stream->status == mux::live_stream_status::active);
  const fetch asked = world.asked<fetch>().at(0);
  CHECK(asked.method == "GET");
  CHECK(asked.url == "https://api.mux.com/video/v1/live-streams/Qk02n01b8");
  CHECK(asked.body.empty());
  CHECK_FALSE(asked.headers.find("content-type"));
}

TEST_CASE("A response of Mux about another live stream is not accepted") {
  support::scripted_host world;
  world.answers(200, made);
  const auto stream = world.run(client(world).get_live_stream("other"));
  REQUIRE_FALSE(stream);
  CHECK(stream.error().kind == error_kind::malformed);
}

TEST_CASE("Only an id gets into a URL of Mux") {
  for (const std::string_view id : {"", "..", "a/b", "a?b", "a b", "%2e", "a\n"}) {
    INFO(id);
    support::scripted_host world;
    const auto read = world.run(client(world).get_live_stream(id));
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == error_kind::rejected);
    const auto removed = world.run(client(world).delete_live_stream(id));
    REQUIRE_FALSE(removed);
    CHECK(removed.error().kind == error_kind::rejected);
    CHECK(world.asked().empty());
  }
}

TEST_CASE("A missing live stream counts as deleted; other failures do not") {
  const auto deleted = [](int status) {
    support::scripted_host world;
    world.answers(status, status == 404 ? R"({"error":{"type":"not_found","messages":[]}})" : "");
    return world.run(client(world).delete_live_stream("Qk02n01b8"));
  };
  CHECK(deleted(204));
  CHECK(deleted(200));
  CHECK(deleted(404));
  CHECK(deleted(400).error().kind == error_kind::rejected);
  CHECK(deleted(401).error().kind == error_kind::unauthorized);
  CHECK(deleted(500).error().kind == error_kind::unavailable);
  support::scripted_host world;
  world.answers(204);
  REQUIRE(world.run(client(world).delete_live_stream("Qk02n01b8")));
  const fetch asked = world.asked<fetch>().at(0);
  CHECK(asked.method == "DELETE");
  CHECK(asked.url == "https://api.mux.com/video/v1/live-streams/Qk02n01b8");
}
