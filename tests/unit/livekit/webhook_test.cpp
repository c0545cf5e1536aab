// livekit::verify_webhook and livekit::read_event. The bodies have the shapes of LiveKit's protocol
// (protobuf's JSON).
#include "crypto/base64.h"
#include "crypto/jwt.h"
#include "crypto/sha256.h"
#include "json/writer.h"
#include "livekit/webhook.h"
#include "support/catch.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

constexpr std::int64_t now_seconds = 1'800'000'000;
constexpr edge::timestamp now{std::chrono::seconds{now_seconds}};
constexpr std::string_view body = R"({"event":"room_started","id":"EV_1"})";

const livekit::settings ours{.url = "https://proj.livekit.cloud",
                             .api_key = "APIkey",
                             .api_secret = crypto::secret{"a-secret-of-livekit-and-worker-of-32-bytes"}};

struct sent {
  std::string_view issuer = "APIkey";
  std::string_view secret = "a-secret-of-livekit-and-worker-of-32-bytes";
  std::string_view of = body;
  std::int64_t not_before = now_seconds;
  std::int64_t expires = now_seconds + 300;
  std::string_view before = {};
};

bool is_accepted(const sent& what) {
  const std::string claims = json::object()
                                 .set("iss", what.issuer)
                                 .set("nbf", what.not_before)
                                 .set("exp", what.expires)
                                 .set("sha256", crypto::base64_encode(crypto::sha256::of(what.of)))
                                 .dump();
  const auto token = crypto::sign_hs256(claims, crypto::secret{std::string{what.secret}});
  REQUIRE(token);
  return livekit::verify_webhook({{"Authorization", std::string{what.before} + *token}}, body, ours, now);
}

std::string said(std::string_view text) {
  const auto event = livekit::read_event(text);
  if (!event) {
    return "nothing";
  }
  constexpr std::array<std::string_view, 3> names{"published", "egress_ended", "egress_failed"};
  return std::string{names.at(static_cast<std::size_t>(event->news))} + " in " + event->room;
}

} // namespace

TEST_CASE("A webhook of LiveKit is signed with our secret, now, and for its body") {
  CHECK(is_accepted({}));
  CHECK(is_accepted({.not_before = now_seconds + 30}));
  CHECK_FALSE(is_accepted({.issuer = "another"}));
  CHECK_FALSE(is_accepted({.secret = "another-secret-that-has-32-bytes-too"}));
  CHECK_FALSE(is_accepted({.of = "{}"}));
  CHECK_FALSE(is_accepted({.expires = now_seconds}));
  CHECK_FALSE(is_accepted({.not_before = now_seconds + 300, .expires = now_seconds + 600}));
  CHECK_FALSE(is_accepted({.before = "Bearer "}));
}

TEST_CASE("A webhook without a token, or whose token has no digest, is refused") {
  CHECK_FALSE(livekit::verify_webhook({}, body, ours, now));
  const auto token = crypto::sign_hs256(R"({"iss":"APIkey","exp":1800000300})", ours.api_secret);
  REQUIRE(token);
  CHECK_FALSE(livekit::verify_webhook({{"Authorization", *token}}, body, ours, now));
}

TEST_CASE("A phone that is there, and an egress that has ended, are news of their room") {
  CHECK(said(R"({"event":"ingress_started","ingressInfo":{"ingressId":"IN_1","roomName":"r"}})") ==
        "published in r");
  CHECK(said(R"({"event":"track_published","room":{"name":"r"},"track":{"sid":"TR_1"}})") ==
        "published in r");
  CHECK(said(R"({"event":"egress_ended","egressInfo":{"roomName":"r","status":"EGRESS_COMPLETE"}})") ==
        "egress_ended in r");
  for (const char* status : {"EGRESS_FAILED", "EGRESS_ABORTED", "EGRESS_LIMIT_REACHED", "another"}) {
    CHECK(said(R"({"event":"egress_ended","egressInfo":{"roomName":"r","status":")" + std::string{status} +
               R"("}})") == "egress_failed in r");
  }
}

TEST_CASE("Other events, and bodies that cannot be read, are nothing") {
  CHECK(said(R"({"event":"room_started","room":{"name":"r"}})") == "nothing");
  CHECK(said(R"({"event":"egress_updated","egressInfo":{"roomName":"r"}})") == "nothing");
  CHECK(said(R"({"event":"track_published"})") == "published in ");
  CHECK(said("{}") == "nothing");
  CHECK(said("") == "nothing");
  CHECK(said("[1") == "nothing");
}
