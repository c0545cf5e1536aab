// livekit::api: its requests to LiveKit and its results. livekit::settings. The bodies are those that
// LiveKit's own library sends (tests/sandbox/livekit.test.ts).
#include "crypto/jwt.h"
#include "json/reader.h"
#include "livekit/api.h"
#include "livekit/settings.h"
#include "support/catch.h"
#include "support/scripted_host.h"

#include <array>
#include <chrono>
#include <string>
#include <string_view>

namespace {

using edge::error_kind;
using edge::operation::fetch;

constexpr std::string_view secret = "a-secret-of-livekit-and-worker-of-32-bytes";
constexpr std::string_view room = "whip-mux:main:1";

const livekit::settings with_key{.url = "https://proj.livekit.cloud",
                                 .api_key = "APIkey",
                                 .api_secret = crypto::secret{std::string{secret}}};

livekit::api client(support::scripted_host& world) { return {world.host(), with_key, world.soon()}; }

constexpr std::string_view tag = "whip-mux:main-0123456789abcdef:1";

// As Twirp writes it.
std::string made(std::string_view id, std::string_view of = room,
                 std::string_view status = "ENDPOINT_INACTIVE", std::string_view video = "null") {
  return R"({"ingress_id":")" + std::string{id} + R"(","name":"x","stream_key":"key-)" + std::string{id} +
         R"(","url":"https://proj.whip.livekit.cloud/w","room_name":")" + std::string{of} +
         R"(","state":{"status":")" + std::string{status} + R"(","video":)" + std::string{video} + "}}";
}

std::vector<std::string> unusable(const edge::environment& from) { return livekit::settings::missing(from); }

edge::environment environment(std::string url, std::string key, std::string its_secret) {
  edge::environment from;
  from.set("LIVEKIT_URL", std::move(url));
  from.set("LIVEKIT_API_KEY", std::move(key));
  from.set("LIVEKIT_API_SECRET", std::move(its_secret));
  return from;
}

} // namespace

TEST_CASE("An ingress is made for the room, by a token with the grants that it needs") {
  support::scripted_host world;
  world.answers(200, made("IN_1"));
  const auto ingress = world.run(client(world).create_ingress(room, tag));
  REQUIRE(ingress);
  CHECK(ingress->id == "IN_1");
  CHECK(ingress->name == "x");
  CHECK(ingress->url == "https://proj.whip.livekit.cloud/w");
  CHECK(ingress->stream_key.matches("key-IN_1"));
  CHECK_FALSE(ingress->is_publishing);

  const fetch asked = world.asked<fetch>().at(0);
  CHECK(asked.method == "POST");
  CHECK(asked.url == "https://proj.livekit.cloud/twirp/livekit.Ingress/CreateIngress");
  CHECK(asked.headers.find("content-type") == "application/json");
  CHECK(asked.body ==
        R"({"inputType":"WHIP_INPUT","name":"whip-mux:main-0123456789abcdef:1","roomName":"whip-mux:main:1",)"
        R"("participantIdentity":"phone","participantName":"Phone","enableTranscoding":false})");

  const std::string_view field = asked.headers.find("authorization").value_or("");
  REQUIRE(field.starts_with("Bearer "));
  const std::array keys{
      crypto::jwt_key{.algorithm = crypto::jws_algorithm::hs256, .value = with_key.api_secret}};
  const std::int64_t now =
      std::chrono::floor<std::chrono::seconds>(support::scripted_host::start.time_since_epoch()).count();
  const auto claims = crypto::verify_jwt(field.substr(7), keys,
                                         {.issuer = "APIkey", .audiences = {}, .needs_subject = false}, now);
  REQUIRE(claims);
  CHECK(claims->expires_at > now + 20);
  CHECK(claims->expires_at <= now + 120);
  CHECK(claims->all.root()["nbf"].integer() <= now);
  CHECK(claims->all.root()["video"]["ingressAdmin"].boolean() == true);
  CHECK(claims->all.root()["video"]["roomRecord"].boolean() == true);
  CHECK(claims->all.root()["video"].members().size() == 2);
}

TEST_CASE("The ingresses of a room are sorted, and those of others left out") {
  support::scripted_host world;
  world.answers(200, R"({"items":[)" + made("IN_2") + ',' + made("IN_3", "another") + ',' +
                         made("IN_1", room, "ENDPOINT_PUBLISHING") + R"(,{"ingress_id":"IN_0"}]})");
  const auto found = world.run(client(world).list_ingresses(room));
  REQUIRE(found);
  REQUIRE(found->size() == 2);
  CHECK(found->at(0).id == "IN_1");
  CHECK(found->at(0).is_publishing);
  CHECK(found->at(1).id == "IN_2");
  CHECK(world.asked<fetch>().at(0).body == R"({"roomName":"whip-mux:main:1"})");
}

TEST_CASE("All ingresses of the project are those of every room") {
  support::scripted_host world;
  world.answers(200, R"({"items":[)" + made("IN_1") + ',' + made("IN_2", "another") + "]}");
  const auto found = world.run(client(world).list_ingresses(""));
  REQUIRE(found);
  CHECK(found->size() == 2);
  CHECK(world.asked<fetch>().at(0).body == R"({"roomName":""})");
}

TEST_CASE("The shape of the phone's picture is known once LiveKit has seen it") {
  using livekit::picture;
  for (const auto& [video, shape] :
       {std::pair{R"({"width":1280,"height":720})", picture::wide},
        {R"({"width":720,"height":720})", picture::wide},
        {R"({"mime_type":"video/h264","width":360,"height":640})", picture::tall},
        {R"({"average_bitrate":90000})", picture::unknown},
        {R"({"width":0,"height":640})", picture::unknown},
        {"null", picture::unknown}}) {
    support::scripted_host world;
    world.answers(200, R"({"items":[)" + made("IN_1", room, "ENDPOINT_PUBLISHING", video) + "]}");
    const auto found = world.run(client(world).list_ingresses(room));
    REQUIRE(found);
    REQUIRE(found->size() == 1);
    CHECK(found->at(0).picture == shape);
  }
}

TEST_CASE("A server that writes camel case is understood") {
  support::scripted_host world;
  world.answers(200, R"({"ingressId":"IN_1","streamKey":"k","url":"https://a.example/w","roomName":"r"})");
  const auto ingress = world.run(client(world).create_ingress("r", tag));
  REQUIRE(ingress);
  CHECK(ingress->stream_key.matches("k"));
}

TEST_CASE("An ingress without what a phone needs is no success") {
  for (const std::string& answer :
       {std::string{"{}"}, made("IN_1", "another"), std::string{R"({"ingress_id":"IN_1","room_name":"r"})"},
        std::string{
            R"({"ingress_id":"IN_1","url":"https://a.example/ w","stream_key":"k","room_name":"r"})"}}) {
    support::scripted_host world;
    world.answers(200, answer);
    const auto ingress = world.run(client(world).create_ingress("r", tag));
    REQUIRE_FALSE(ingress);
    CHECK(ingress.error().kind == error_kind::malformed);
  }
}

TEST_CASE("An ingress that is gone counts as deleted") {
  support::scripted_host world;
  world.answers(404, R"({"code":"not_found","msg":"ingress does not exist"})");
  CHECK(world.run(client(world).delete_ingress("IN_1")));
  world.answers(503, "");
  CHECK_FALSE(world.run(client(world).delete_ingress("IN_1")));
  CHECK(world.asked<fetch>().at(0).url == "https://proj.livekit.cloud/twirp/livekit.Ingress/DeleteIngress");
  CHECK(world.asked<fetch>().at(0).body == R"({"ingressId":"IN_1"})");
}

TEST_CASE("An egress sends the phone on as Cloudflare takes it") {
  support::scripted_host world;
  world.answers(200, R"({"egress_id":"EG_1","status":"EGRESS_STARTING"})");
  const crypto::secret to{"rtmps://live.cloudflare.com:443/live/KEY"};
  REQUIRE(world.run(client(world).start_egress(room, to, livekit::picture::unknown)));
  const fetch asked = world.asked<fetch>().at(0);
  CHECK(asked.url == "https://proj.livekit.cloud/twirp/livekit.Egress/StartParticipantEgress");
  CHECK(asked.body ==
        R"({"roomName":"whip-mux:main:1","identity":"phone","streamOutputs":[{"protocol":"RTMP",)"
        R"("urls":["rtmps://live.cloudflare.com:443/live/KEY"]}],"advanced":{"width":1280,)"
        R"("height":720,"framerate":30,"videoCodec":"H264_MAIN","videoBitrate":3000,)"
        R"("keyFrameInterval":2,"audioCodec":"AAC","audioBitrate":128}})");
}

TEST_CASE("A phone that is held upright is sent on upright") {
  support::scripted_host world;
  world.answers(200, R"({"egress_id":"EG_1","status":"EGRESS_STARTING"})");
  REQUIRE(world.run(client(world).start_egress(room, crypto::secret{"rtmps://a.example/live/KEY"},
                                               livekit::picture::tall)));
  CHECK(world.asked<fetch>().at(0).body.contains(R"("width":720,"height":1280,)"));
}

TEST_CASE("An egress that has not ended is found") {
  support::scripted_host world;
  world.answers(200, R"({"items":[{"egress_id":"EG_1","status":"EGRESS_ENDING"}]})");
  CHECK(world.run(client(world).has_egress(room)) == true);
  world.answers(200, R"({"items":[]})");
  CHECK(world.run(client(world).has_egress(room)) == false);
  CHECK(world.asked<fetch>().at(0).body == R"({"roomName":"whip-mux:main:1","active":true})");
}

TEST_CASE("A refusal of LiveKit is an error without its words") {
  support::scripted_host world;
  world.answers(401, R"({"code":"unauthenticated","msg":"permissions denied"})");
  const auto found = world.run(client(world).list_ingresses(room));
  REQUIRE_FALSE(found);
  CHECK(found.error().kind == error_kind::unauthorized);
  CHECK(edge::could_not(found.error()) == "could not find the LiveKit ingress (status 401)");
}

TEST_CASE("LiveKit is used if all its settings are there and can be used") {
  const auto read =
      livekit::settings::read(environment("https://proj.livekit.cloud/", "k", std::string{secret}));
  REQUIRE(read);
  CHECK(read->url == "https://proj.livekit.cloud");
  CHECK(read->api_key == "k");
  CHECK(livekit::settings::read(environment("wss://proj.livekit.cloud", "k", std::string{secret}))->url ==
        "https://proj.livekit.cloud");
  CHECK(livekit::settings::read(environment("http://127.0.0.1:7880", "k", std::string{secret})));
  CHECK_FALSE(livekit::settings::read({}));
  CHECK(unusable({}).empty());
  CHECK(unusable(environment("https://a.example", "", "short")) ==
        std::vector<std::string>{"LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"});
  for (const char* url : {"http://livekit.example", "livekit.example", "https://a.example?b", ""}) {
    CHECK(unusable(environment(url, "k", std::string{secret})) == std::vector<std::string>{"LIVEKIT_URL"});
  }
}
