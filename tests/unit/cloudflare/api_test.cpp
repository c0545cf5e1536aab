// cloudflare::api: its requests to Cloudflare Stream and its results.
#include "cloudflare/api.h"
#include "json/reader.h"
#include "support/catch.h"
#include "support/scripted_host.h"
#include "support/times.h"
#include "unit/cloudflare/client.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using cloudflare_test::client;
using cloudflare_test::enveloped;
using cloudflare_test::input;
using cloudflare_test::is_rejected;
using cloudflare_test::live_inputs;
using cloudflare_test::made;
using cloudflare_test::refused;
using cloudflare_test::with;
using cloudflare_test::with_token;
using edge::error_kind;
using edge::operation::fetch;

const cloudflare::new_live_input wanted{.name = "Court 3", .tag = "st_01JB7", .require_signed_urls = false};

constexpr std::string_view key = "create/st_01JB7";

// The result of a creation with this response.
edge::error refusal(int status, std::string_view body, edge::headers fields = {}) {
  support::scripted_host world;
  world.answers(status, std::string(body), std::move(fields));
  const auto made_input = world.run(client(world).create_live_input(wanted, key));
  REQUIRE_FALSE(made_input);
  return made_input.error();
}

// The result of a deletion with this response.
edge::status deletion(int status, std::string_view body) {
  support::scripted_host world;
  world.answers(status, std::string(body));
  return world.run(client(world).delete_live_input(input));
}

// A number, because Catch2 would print a time with std::format and 128-bit arithmetic.
using support::microseconds;

} // namespace

TEST_CASE("A live input is created to record, under a key and with our tag") {
  support::scripted_host world;
  world.answers(200, made);
  const auto created = world.run(client(world).create_live_input(wanted, key));
  REQUIRE(created);
  CHECK(created->id == input);
  CHECK(created->whip_url.matches("https://customer-abc.cloudflarestream.com/WHIPSECRET/webRTC/publish"));
  CHECK(created->rtmps_url == "rtmps://live.cloudflare.com:443/live/");
  CHECK(created->rtmps_key.matches("rtmps-key"));
  CHECK(created->srt_url == "srt://live.cloudflare.com:778");
  CHECK(created->srt_stream_id.matches("srt-id"));
  CHECK(created->srt_passphrase.matches("srt-pass"));
  CHECK(created->customer_url == "https://customer-abc.cloudflarestream.com");

  REQUIRE(world.asked().size() == 1);
  const fetch asked = world.asked<fetch>().at(0);
  CHECK(asked.method == "POST");
  CHECK(asked.url == live_inputs);
  CHECK(asked.headers.find("authorization") == "Bearer api-token");
  CHECK(asked.headers.find("idempotency-key") == key);
  CHECK(asked.headers.find("content-type") == "application/json");
  CHECK(asked.body == R"({"meta":{"name":"Court 3","streamId":"st_01JB7"},"recording":{"mode":"automatic",)"
                      R"("timeoutSeconds":60,"requireSignedURLs":false},"preferLowLatency":false})");
  CHECK(asked.timeout == cloudflare::api::call_timeout);
  CHECK(asked.body_limit == cloudflare::api::answer_limit);
}

TEST_CASE("A live input may need signed URLs") {
  support::scripted_host world;
  world.answers(200, with(made, R"("requireSignedURLs":false)", R"("requireSignedURLs":true)"));
  cloudflare::new_live_input protected_input = wanted;
  protected_input.require_signed_urls = true;
  REQUIRE(world.run(client(world).create_live_input(protected_input, key)));
  const auto body = json::document::parse(world.asked<fetch>().at(0).body);
  REQUIRE(body);
  CHECK(body->root()["recording"]["requireSignedURLs"].boolean() == true);
}

TEST_CASE("A field that Cloudflare silently dropped from a live input is reported as an error") {
  const std::string step = "create the Cloudflare live input: ";
  const std::vector<std::pair<std::string, std::string>> answers = {
      {with(made, R"("mode":"automatic")", R"("mode":"off")"), "it does not record"},
      {with(made, R"("mode":"automatic",)", ""), "it does not record"},
      {with(made, R"("recording":{)", R"("recorded":{)"), "it does not record"},
      {with(made, R"("requireSignedURLs":false)", R"("requireSignedURLs":true)"),
       "its playback is not protected as was asked"},
      {with(made, R"("requireSignedURLs":false,)", ""), "its playback is not protected as was asked"},
      {with(made, R"("streamId":"st_01JB7")", R"("streamId":"st_other")"), "it does not carry our tag"}};
  for (const auto& [body, why] : answers) {
    INFO(body);
    const edge::error error = refusal(200, body);
    CHECK(error.kind == error_kind::malformed);
    CHECK(error.effect_unknown()); // the live input exists and must be removed
    CHECK(describe(error) == step + why);
  }
}

TEST_CASE("A live input without any tag, which no one would find again, is deleted at once") {
  support::scripted_host world;
  world.answers(200, with(made, R"({"name":"Court 3","streamId":"st_01JB7"})", "{}"));
  world.answers(200, enveloped(R"("")"));
  const auto made_input = world.run(client(world).create_live_input(wanted, key));
  REQUIRE_FALSE(made_input);
  CHECK(describe(made_input.error()) == "create the Cloudflare live input: it does not carry our tag");
  const auto calls = world.asked<edge::operation::fetch>();
  REQUIRE(calls.size() == 2);
  CHECK(calls.back().method == "DELETE");
  CHECK(calls.back().url.ends_with(input));
}

TEST_CASE("An idempotency key that cannot be a header is rejected without a call") {
  for (const std::string& bad : {std::string(), std::string(256, 'k'), std::string("a\r\nX: y"),
                                 std::string("a b"), std::string("\u00e9")}) {
    support::scripted_host world;
    const auto created = world.run(client(world).create_live_input(wanted, bad));
    REQUIRE_FALSE(created);
    CHECK(created.error().kind == error_kind::rejected);
    CHECK(world.asked().empty());
  }
}

TEST_CASE("Each status of Cloudflare maps to one kind of error") {
  const std::vector<std::pair<int, error_kind>> kinds = {
      {400, error_kind::rejected},    {401, error_kind::unauthorized}, {403, error_kind::unauthorized},
      {404, error_kind::not_found},   {409, error_kind::rejected},     {413, error_kind::rejected},
      {429, error_kind::throttled},   {500, error_kind::unavailable},  {503, error_kind::unavailable},
      {524, error_kind::unavailable}, {301, error_kind::malformed},    {307, error_kind::malformed},
      {100, error_kind::malformed},   {0, error_kind::malformed}};
  for (const auto& [status, kind] : kinds) {
    INFO(status);
    const edge::error error = refusal(status, made);
    CHECK(error.kind == kind);
    CHECK(error.status == status);
    CHECK(describe(error) == "create the Cloudflare live input");
  }
}

TEST_CASE("Only the number of Cloudflare's error is passed on, never its message") {
  CHECK(describe(refusal(400, refused(10060))) == "create the Cloudflare live input: code 10060");
  for (const std::string_view body :
       {R"({"errors":[{"code":"secret","message":"secret"}]})", R"({"errors":[]})", R"({"errors":null})",
        R"({"errors":"secret"})", "<html>secret</html>", ""}) {
    INFO(body);
    CHECK(describe(refusal(500, body)) == "create the Cloudflare live input");
  }
}

TEST_CASE("A 200 that reports no success is rejected") {
  const edge::error error = refusal(200, refused(10005));
  CHECK(error.kind == error_kind::rejected);
  CHECK(error.status == 200);
  CHECK(describe(error) == "create the Cloudflare live input: code 10005");
  CHECK_FALSE(error.effect_unknown());
}

TEST_CASE("Cloudflare's Retry-After is honoured; without one its limit lasts five minutes") {
  const auto wait = [](const char* value) {
    return refusal(429, refused(10016), {{"Retry-After", value}}).retry_after;
  };
  CHECK(wait("7") == std::chrono::seconds(7));
  CHECK(wait("0") == std::chrono::seconds(0));
  for (const char* const value :
       {"", "soon", "-1", "1.5", "3601", "99999999999999999999", " 7", "Sat, 21 Nov 2026 00:00:00 GMT"}) {
    INFO(value);
    CHECK(wait(value) == std::chrono::minutes(5));
  }
  CHECK(refusal(429, "").retry_after == std::chrono::minutes(5));
  CHECK_FALSE(refusal(500, "").retry_after);
  CHECK(refusal(503, "", {{"retry-after", "3"}}).retry_after == std::chrono::seconds(3));
}

TEST_CASE("A response that Cloudflare does not document leaves the effect unknown") {
  const std::string whip = "https://customer-abc.cloudflarestream.com/WHIPSECRET/webRTC/publish";
  const std::vector<std::string> bodies = {
      "",
      "<html>",
      made.substr(0, made.size() / 2),
      "null",
      "{}",
      "[]",
      R"({"success":"true","result":{}})",
      enveloped("null"),
      enveloped("{}"),
      enveloped("[]"),
      enveloped(R"("")"),
      with(made, R"("success":true,)", ""),
      with(made, R"("uid":"0f1e2d3c4b5a69788796a5b4c3d2e1f0",)", ""),
      with(made, R"("uid":"0f1e2d3c4b5a69788796a5b4c3d2e1f0")", R"("uid":"../x")"),
      with(made, R"("uid":"0f1e2d3c4b5a69788796a5b4c3d2e1f0")", R"("uid":7)"),
      with(made, R"("uid":"0f1e2d3c4b5a69788796a5b4c3d2e1f0")", R"("uid":"ffff")"), // not the one in the URLs
      with(made, whip, "https://evil.example/WHIPSECRET/webRTC/publish"),
      with(made, whip, "http://customer-abc.cloudflarestream.com/WHIPSECRET/webRTC/publish"),
      with(made, whip, ""),
      with(made, R"("webRTC":)", R"("webrtc":)"),
      with(made, R"("webRTCPlayback":)", R"("x":)"),
      with(made, "rtmps://live.cloudflare.com:443/live/", "https://live.cloudflare.com"),
      with(made, R"("streamKey":"rtmps-key")", R"("streamKey":null)"),
      with(made, R"("streamKey":"rtmps-key")", R"("streamKey":"a b")"),
      with(made, R"("streamKey":"rtmps-key")", R"("streamKey":")" + std::string(256, 'k') + '"'),
      with(made, "srt://", "http://"),
      with(made, R"("streamId":"srt-id",)", ""),
      with(made, R"("passphrase":"srt-pass")", R"("passphrase":"")")};
  for (const std::string& body : bodies) {
    INFO(body);
    const edge::error error = refusal(200, body);
    CHECK(error.kind == error_kind::malformed);
    CHECK(error.effect_unknown());
  }
}

TEST_CASE("A call to Cloudflare without a response fails with the host's error, in our words") {
  for (const error_kind kind : {error_kind::timeout, error_kind::network}) {
    support::scripted_host world;
    world.fails(kind);
    const auto created = world.run(client(world).create_live_input(wanted, key));
    REQUIRE_FALSE(created);
    CHECK(created.error().kind == kind);
    CHECK(describe(created.error()) == "create the Cloudflare live input");
  }
}

TEST_CASE("A response of Cloudflare over the size limit means that the call was carried out") {
  support::scripted_host world;
  world.fails(error_kind::too_large);
  const auto created = world.run(client(world).create_live_input(wanted, key));
  REQUIRE_FALSE(created);
  CHECK(created.error().kind == error_kind::malformed);
}

TEST_CASE("Cloudflare is not called after the deadline") {
  support::scripted_host world;
  cloudflare::api late(world.host(), with_token, world.host().now());
  const auto created = world.run(late.create_live_input(wanted, key));
  REQUIRE_FALSE(created);
  CHECK(created.error().kind == error_kind::out_of_time);
  CHECK(world.asked().empty());
}

TEST_CASE("Calls to Cloudflare are logged by name and outcome only") {
  support::scripted_host world;
  world.takes(edge::milliseconds(30));
  world.answers(200, made);
  REQUIRE(world.run(client(world).create_live_input(wanted, key)));
  world.answers(200, enveloped("[]"));
  REQUIRE(world.run(client(world).list_outputs(input)));
  CHECK(world.host().calls().server_timing() ==
        "cloudflare-create-live-input;dur=30;desc=\"200\", cloudflare-list-outputs;dur=30;desc=\"200\"");
}

TEST_CASE("A live input is read by its id, and no other is accepted") {
  support::scripted_host world;
  world.answers(200, made);
  const auto read = world.run(client(world).get_live_input(input));
  REQUIRE(read);
  CHECK(read->id == input);
  CHECK(world.asked<fetch>().at(0).method == "GET");
  CHECK(world.asked<fetch>().at(0).url == std::string(live_inputs) + "/" + std::string(input));
  world.answers(200, made);
  const auto other = world.run(client(world).get_live_input("ffff"));
  REQUIRE_FALSE(other);
  CHECK(other.error().kind == error_kind::malformed);
  world.answers(404, refused(10003));
  const auto gone = world.run(client(world).get_live_input(input));
  REQUIRE_FALSE(gone);
  CHECK(gone.error().kind == error_kind::not_found);
}

TEST_CASE("Only an id gets into a URL of Cloudflare") {
  for (const std::string_view id : {"", "..", "a/b", "a?b", "a b", "%2e", "a\n"}) {
    INFO(id);
    support::scripted_host world;
    CHECK(is_rejected(world.run(client(world).get_live_input(id))));
    CHECK(is_rejected(world.run(client(world).delete_live_input(id))));
    CHECK(is_rejected(world.run(client(world).create_output(id, "rtmps://a/b", crypto::secret("k")))));
    CHECK(is_rejected(world.run(client(world).list_outputs(id))));
    CHECK(is_rejected(world.run(client(world).delete_output(id, "a1"))));
    CHECK(is_rejected(world.run(client(world).delete_output("a1", id))));
    CHECK(world.asked().empty());
  }
}

TEST_CASE("All live inputs with a tag are found") {
  support::scripted_host world;
  world.answers(
      200, enveloped(R"({"liveInputs":[)"
                     R"({"uid":"a1","created":"2026-09-20T10:52:04.856545Z","meta":{"streamId":"st_1"}},)"
                     R"({"uid":"../x","meta":{"streamId":"st_2"}},{"meta":{}},{},7,{"meta":"st_1"},)"
                     R"({"uid":"a2","created":"then","meta":{"streamId":"st_1"}}],"range":7,"total":7})"));
  const auto found = world.run(client(world).find_live_inputs_by_tag("st_1"));
  REQUIRE(found);
  REQUIRE(found->size() == 2);
  CHECK(found->at(0).id == "a1");
  CHECK(found->at(0).tag == "st_1");
  CHECK(found->at(0).created.transform(microseconds) == 1'789'901'524'856'545);
  CHECK(found->at(1).id == "a2");
  CHECK_FALSE(found->at(1).created);
  const fetch asked = world.asked<fetch>().at(0);
  CHECK(asked.url == std::string(live_inputs) + "?include_counts=true");
  CHECK(asked.body_limit == cloudflare::api::list_limit);
}

TEST_CASE("A truncated list of live inputs does not count as a complete search") {
  const std::string cut =
      enveloped(R"({"liveInputs":[{"uid":"a1","meta":{"streamId":"st_1"}}],"range":1,"total":2})");
  support::scripted_host world;
  world.answers(200, cut);
  CHECK(world.run(client(world).find_live_inputs_by_tag("st_1"))->size() == 1);
  world.answers(200, cut);
  const auto missing = world.run(client(world).find_live_inputs_by_tag("st_2"));
  REQUIRE_FALSE(missing);
  CHECK(missing.error().kind == error_kind::too_large);
}

TEST_CASE("An invalid list of live inputs, or one with a malformed one of ours, is an error") {
  for (const std::string_view result : {"[]", "{}", R"({"liveInputs":{}})",
                                        R"({"liveInputs":[{"uid":"../x","meta":{"streamId":"st_1"}}]})"}) {
    INFO(result);
    support::scripted_host world;
    world.answers(200, enveloped(result));
    const auto found = world.run(client(world).find_live_inputs_by_tag("st_1"));
    REQUIRE_FALSE(found);
    CHECK(found.error().kind == error_kind::malformed);
  }
}

TEST_CASE("A missing live input counts as deleted; other failures do not") {
  CHECK(deletion(200, enveloped(R"("")")));
  CHECK(deletion(200, "{}"));
  CHECK(deletion(204, ""));
  CHECK(deletion(404, refused(10003)));
  CHECK(deletion(200, refused(10005)).error().kind == error_kind::rejected);
  CHECK(deletion(400, refused(10005)).error().kind == error_kind::rejected);
  CHECK(deletion(403, refused(10002)).error().kind == error_kind::unauthorized);
  CHECK(deletion(500, "").error().kind == error_kind::unavailable);
  support::scripted_host world;
  world.answers(200, enveloped(R"("")"));
  REQUIRE(world.run(client(world).delete_live_input(input)));
  CHECK(world.asked<fetch>().at(0).method == "DELETE");
  CHECK(world.asked<fetch>().at(0).url == std::string(live_inputs) + "/" + std::string(input));
}
