// mux::read_event: which webhooks become which facts. The bodies have the shapes in Mux's documentation;
// published recordings live outside the project. mux::verify_webhook: Mux's header and names.
#include "mux/webhook.h"
#include "support/catch.h"
#include "support/times.h"
#include "support/vectors.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::string_view stream = "Qk02n01b8Xw7uVYtJ5mA4hR9eD00cS6zLpF3g";
constexpr std::string_view asset = "r01Asset00ForStream00Court3000000001";

// An event with this type and these members of data.
std::string event(std::string_view type, std::string_view data) {
  return R"({"type":")" + std::string(type) +
         R"(","id":"2c1a7e0e-4c1e-4a53-9f0c-5d2c9d2b0a01","created_at":"2026-09-21T14:20:24.123456Z",)" +
         R"("object":{"type":"live","id":"x"},"environment":{"name":"Production","id":"env0a1"},"data":{)" +
         std::string(data) + R"(},"attempts":[],"request_id":null,"accessor":null,"accessor_source":null})";
}

std::string live_stream_event(std::string_view type, std::string_view more = "") {
  return event(type,
               R"("id":")" + std::string(stream) +
                   R"(","status":"idle","stream_key":"5f1c2e90-SECRET","srt_passphrase":"v3ryS3cret",)" +
                   R"("passthrough":"whip-mux:st_01JB7","active_asset_id":")" + std::string(asset) +
                   R"(","playback_ids":[{"id":"Ax7live00","policy":"signed"}])" + std::string(more));
}

std::string asset_event(std::string_view type, std::string_view more = "") {
  return event(type, R"("id":")" + std::string(asset) + R"(","live_stream_id":")" + std::string(stream) +
                         R"(","passthrough":"whip-mux:st_01JB7")" + std::string(more));
}

mux::fact fact_of(const std::string& body) {
  const auto fact = mux::read_event(body);
  INFO(body);
  REQUIRE(fact);
  REQUIRE(*fact);
  return **fact;
}

std::string outcome(std::string_view body) {
  const auto fact = mux::read_event(body);
  if (!fact) {
    return std::string(name_of(fact.error()));
  }
  return *fact ? std::string(name_of((*fact)->kind)) : "nothing";
}

// A number, because Catch2 would print a time with std::format and 128-bit arithmetic.
using support::microseconds;

} // namespace

TEST_CASE("The kind of a live stream event follows its type, whatever the stream's status says") {
  const std::map<std::string, mux::fact_kind> kinds = {
      {"video.live_stream.connected", mux::fact_kind::stream_connected},
      {"video.live_stream.recording", mux::fact_kind::stream_recording},
      {"video.live_stream.active", mux::fact_kind::stream_active},
      {"video.live_stream.disconnected", mux::fact_kind::stream_disconnected},
      {"video.live_stream.idle", mux::fact_kind::stream_idle},
      {"video.live_stream.enabled", mux::fact_kind::stream_enabled},
      {"video.live_stream.disabled", mux::fact_kind::stream_disabled},
      {"video.live_stream.deleted", mux::fact_kind::stream_deleted}};
  for (const auto& [type, kind] : kinds) {
    INFO(type);
    const mux::fact fact = fact_of(live_stream_event(type));
    CHECK(fact.kind == kind);
    CHECK(fact.event_id == "2c1a7e0e-4c1e-4a53-9f0c-5d2c9d2b0a01");
    CHECK(microseconds(fact.at) == 1'790'000'424'123'456);
    CHECK(fact.live_stream_id == stream);
    CHECK(fact.passthrough == "whip-mux:st_01JB7");
    CHECK_FALSE(fact.playback); // the stream's own id is not a recording's
    CHECK_FALSE(fact.is_live);
    CHECK_FALSE(fact.duration);
    CHECK_FALSE(fact.error);
  }
}

TEST_CASE("A live stream event names the recording in progress, but not when an encoder has only connected") {
  CHECK(fact_of(live_stream_event("video.live_stream.active")).asset_id == asset);
  CHECK(fact_of(live_stream_event("video.live_stream.idle")).asset_id == asset);
  CHECK_FALSE(fact_of(live_stream_event("video.live_stream.connected")).asset_id);
  CHECK_FALSE(fact_of(event("video.live_stream.disabled", R"("id":"a1")")).asset_id);
}

TEST_CASE("A recording's event has its playback id, its length and whether it still grows") {
  const mux::fact ready = fact_of(asset_event(
      "video.asset.ready",
      R"(,"status":"ready","is_live":true,"duration":10.043,"playback_ids":[{"id":"Bz9asset0","policy":"signed"}])"));
  CHECK(ready.kind == mux::fact_kind::asset_ready);
  CHECK(ready.live_stream_id == stream);
  CHECK(ready.asset_id == asset);
  CHECK(ready.playback ==
        mux::playback_id{.id = "Bz9asset0", .policy = mux::playback_policy::signed_playback});
  CHECK(ready.is_live == true);
  CHECK(ready.duration == edge::milliseconds{10043});
  CHECK(ready.passthrough == "whip-mux:st_01JB7");

  const mux::fact completed = fact_of(
      asset_event("video.asset.live_stream_completed",
                  R"(,"duration":3601.4667,"recording_times":[)"
                  R"({"started_at":"2026-09-21T14:20:20.481Z","duration":1,"type":"slate"},)"
                  R"({"started_at":"2026-09-21T14:20:21.48112Z","duration":3600.4667,"type":"content"}])"));
  CHECK(completed.kind == mux::fact_kind::asset_completed);
  CHECK_FALSE(completed.playback);
  CHECK_FALSE(completed.is_live);
  CHECK(completed.duration == edge::milliseconds{3601466});
  CHECK(completed.started_at.transform(microseconds) == 1'790'000'421'481'120);
}

TEST_CASE("A recording's event has its outcome") {
  CHECK(outcome(asset_event("video.asset.created")) == "asset_created");
  CHECK(outcome(asset_event("video.asset.deleted")) == "asset_deleted");
  const mux::fact errored =
      fact_of(asset_event("video.asset.errored",
                          R"(,"errors":{"type":"invalid_input","messages":["Asset cannot be processed"]})"));
  CHECK(errored.kind == mux::fact_kind::asset_errored);
  CHECK(errored.error == "invalid_input");
}

TEST_CASE("Of several playback ids, the first that needs no DRM is used") {
  const auto playback = [](std::string_view ids) {
    return fact_of(asset_event("video.asset.ready", R"(,"playback_ids":)" + std::string(ids))).playback;
  };
  CHECK(
      playback(R"([{"id":"d","policy":"drm"},{"id":"p","policy":"public"},{"id":"s","policy":"signed"}])") ==
      mux::playback_id{.id = "p", .policy = mux::playback_policy::public_playback});
  CHECK_FALSE(playback(R"([{"id":"d","policy":"drm"}])"));
  CHECK_FALSE(playback(R"([{"id":"../x","policy":"public"},{"policy":"public"},{"id":"p"},"p",null])"));
  CHECK_FALSE(playback("null"));
  CHECK_FALSE(playback("{}"));
}

TEST_CASE("Unrelated Mux events produce no fact") {
  for (const std::string_view type :
       {"video.live_stream.created", "video.live_stream.updated",
        "video.live_stream.simulcast_target.broadcasting", "video.live_stream.simulcast_target.idle",
        "video.asset.updated", "video.asset.static_rendition.ready", "video.asset.track.ready",
        "video.upload.asset_created", "video.delivery.high_traffic", "robots.job.completed",
        "video.live_stream.something_new", "video.live_stream.active ", "VIDEO.LIVE_STREAM.ACTIVE", ""}) {
    INFO(type);
    CHECK(outcome(live_stream_event(type)) == "nothing");
  }
  CHECK(outcome(R"({"type":"robots.job.completed"})") == "nothing");
}

TEST_CASE("An asset that is not a recording produces no fact") {
  CHECK(outcome(event("video.asset.ready", R"("id":"a1","duration":150.083333)")) == "nothing");
  CHECK(outcome(event("video.asset.ready", R"("id":"a1","live_stream_id":null)")) == "nothing");
}

TEST_CASE("The time of a Mux event may be text or seconds") {
  const auto at = [](std::string_view time) {
    return outcome(R"({"type":"video.live_stream.idle","id":"e1","created_at":)" + std::string(time) +
                   R"(,"data":{"id":"s1"}})");
  };
  CHECK(at(R"("2026-09-21T14:20:24Z")") == "stream_idle");
  CHECK(at(R"("2026-09-21T14:20:24.12345Z")") == "stream_idle");
  CHECK(at("1790000424") == "stream_idle");
  CHECK(at(R"("1790000424")") == "stream_idle");
  for (const std::string_view time :
       {"null", "\"\"", "\"yesterday\"", "-1", "1e9", "9223372036854775807", "\"-1\"", "\"1790000424x\"",
        "\"1969-12-31T23:59:59Z\"", "{}", "true", "253402300800"}) {
    INFO(time);
    CHECK(at(time) == "bad_time");
  }
  CHECK(outcome(R"({"type":"video.live_stream.idle","id":"e1","data":{"id":"s1"}})") == "bad_time");
}

TEST_CASE("Mux ids are letters and digits, because they become part of URLs and keys") {
  const auto idle = [](std::string_view event_id, std::string_view stream_id) {
    return outcome(R"({"type":"video.live_stream.idle","created_at":"2026-09-21T14:20:24Z","id":)" +
                   std::string(event_id) + R"(,"data":{"id":)" + std::string(stream_id) + "}}");
  };
  const std::string longest = '"' + std::string(128, 'a') + '"';
  CHECK(idle(R"("a-B-0")", longest) == "stream_idle");
  CHECK(idle(R"("a-B-0")", '"' + std::string(129, 'a') + '"') == "bad_resource");
  CHECK(idle('"' + std::string(65, 'a') + '"', longest) == "bad_id");
  for (const std::string_view id :
       {R"("")", R"("a/b")", R"("..")", R"("a b")", R"("a\u0000b")", R"("a\u00e9")", "null", "1", "{}",
        R"(["a"])", R"("a%2f")", R"("a:b")", R"("a\nb")"}) {
    INFO(id);
    CHECK(idle(id, longest) == "bad_id");
    CHECK(idle(R"("e1")", id) == "bad_resource");
  }
  CHECK(outcome(event("video.asset.created", R"("id":"a/1","live_stream_id":"s1")")) == "bad_resource");
  CHECK(outcome(event("video.asset.created", R"("id":"a1","live_stream_id":"s/1")")) == "bad_resource");
  CHECK(outcome(event("video.asset.created", R"("id":"a1","live_stream_id":7)")) == "bad_resource");
}

TEST_CASE("A malformed optional field of Mux is left out, and the rest of the fact is kept") {
  const mux::fact fact = fact_of(asset_event(
      "video.asset.errored",
      R"(,"is_live":"yes","duration":-1,"errors":{"type":"Secret 123"},"playback_ids":"x","recording_times":[)"
      R"({"started_at":"then","type":"content"}])"));
  CHECK(fact.kind == mux::fact_kind::asset_errored);
  CHECK_FALSE(fact.is_live);
  CHECK_FALSE(fact.duration);
  CHECK_FALSE(fact.error);
  CHECK_FALSE(fact.playback);
  CHECK_FALSE(fact.started_at);
}

TEST_CASE("What a strict reader refuses in a field that Mux's fact does not need loses nothing") {
  for (const std::string_view odd : {R"("\ud83d")", "123456789012345678901234567890", "1e999"}) {
    INFO(odd);
    const mux::fact fact =
        fact_of(asset_event("video.asset.ready", R"(,"meta":{"title":)" + std::string(odd) + '}'));
    CHECK(fact.kind == mux::fact_kind::asset_ready);
    CHECK(fact.asset_id == asset);
  }
}

TEST_CASE("A passthrough that we cannot have set is left out") {
  const auto passthrough = [](std::string_view text) {
    return fact_of(event("video.live_stream.idle", R"("id":"s1","passthrough":)" + std::string(text)))
        .passthrough;
  };
  CHECK(passthrough('"' + std::string(255, 'p') + '"') == std::string(255, 'p'));
  CHECK_FALSE(passthrough('"' + std::string(256, 'p') + '"'));
  CHECK_FALSE(passthrough(R"("tom & jerry")"));
  CHECK_FALSE(passthrough(R"("\"")"));
  CHECK_FALSE(passthrough(R"("\u00e9")"));
  CHECK_FALSE(passthrough(R"("")"));
  CHECK_FALSE(passthrough("{}"));
}

TEST_CASE("A body that is not a Mux event is an error") {
  CHECK(outcome("") == "not_json");
  CHECK(outcome("hello") == "not_json");
  CHECK(outcome(live_stream_event("video.live_stream.active").substr(0, 200)) == "not_json");
  CHECK(outcome("[]") == "no_type");
  CHECK(outcome("null") == "no_type");
  CHECK(outcome("{}") == "no_type");
  CHECK(outcome(R"({"type":7})") == "no_type");
  CHECK(outcome(R"({"type":"video.live_stream.active"})") == "bad_id");
  CHECK(outcome(R"({"type":"video.live_stream.active","id":"e","created_at":1,"data":[]})") ==
        "bad_resource");
}

TEST_CASE("A redelivery from Mux produces the same fact although its bytes differ") {
  std::string again = live_stream_event("video.live_stream.active");
  again.replace(
      again.find(R"("attempts":[])"), 13,
      R"("attempts":[{"id":"at1","response_status_code":403,"response_body":"no","max_attempts":30}])");
  CHECK(fact_of(again) == fact_of(live_stream_event("video.live_stream.active")));
}

TEST_CASE("No secret in a Mux event gets into its fact") {
  const std::string metadata = fact_of(live_stream_event("video.live_stream.active")).to_metadata();
  CHECK(metadata.find("SECRET") == std::string::npos);
  CHECK(metadata.find("v3ryS3cret") == std::string::npos);
}

TEST_CASE("Published Mux webhooks produce the facts of one broadcast") {
  const auto folder = support::vectors_folder();
  if (!folder) {
    return;
  }
  const std::map<std::string, std::string> kinds = {
      {"docs-live-stream-warning.json", "stream_warning"},
      {"recorded-1596476499-connected.json", "stream_connected"},
      {"recorded-1596476499-created.json", "asset_created"},
      {"recorded-1596476503-recording.json", "stream_recording"},
      {"recorded-1596476510-ready.json", "asset_ready"},
      {"recorded-1596476511-active.json", "stream_active"},
      {"recorded-1596476516-disconnected.json", "stream_disconnected"},
      {"recorded-1596476517-idle.json", "stream_idle"},
      {"recorded-1596476517-live_stream_completed.json", "asset_completed"},
      {"supabase-asset-ready-upload-1080p.json", "nothing"}};
  std::map<std::string, std::string> seen;
  for (const std::string& name : support::names_in(*folder + "/webhooks/mux")) {
    const std::string body = support::read_file(*folder + "/webhooks/mux/" + name);
    seen[name] = outcome(body);
    const auto fact = mux::read_event(body);
    if (fact && *fact) {
      INFO(name);
      CHECK(mux::fact::from_metadata((*fact)->to_metadata()) == **fact);
    }
    // The others are of the recorded broadcast.
    if (fact && *fact && name != "docs-live-stream-warning.json") {
      INFO(name);
      CHECK((*fact)->live_stream_id == "g00vIr21CVV3P3tV8012vVGAztjDpv201XTTLGc8fwAQzk");
      const bool has_asset = (*fact)->kind != mux::fact_kind::stream_connected;
      CHECK((*fact)->asset_id.value_or("") ==
            (has_asset ? "OGDoCxGloyo1pDSHvuh6OGq4w7qYA19900K9cldCgrXM" : ""));
    }
  }
  CHECK(seen == kinds);
}

TEST_CASE(
    "The published end of a broadcast has the recording's length, and only the start has its playback id") {
  const auto folder = support::vectors_folder();
  if (!folder) {
    return;
  }
  const std::string recorded = *folder + "/webhooks/mux/recorded-15964765";
  const mux::fact ready = fact_of(support::read_file(recorded + "10-ready.json"));
  CHECK(ready.playback == mux::playback_id{.id = "rqNernfGonhdV9nLpBmyn100ynaoQoBTUzAOxUDNtHUo",
                                           .policy = mux::playback_policy::public_playback});
  CHECK(ready.is_live == true);
  CHECK(ready.duration == edge::milliseconds{10043});
  CHECK(microseconds(ready.at) == 1'596'476'510'000'000);
  const mux::fact completed = fact_of(support::read_file(recorded + "17-live_stream_completed.json"));
  CHECK_FALSE(completed.playback);
  CHECK_FALSE(completed.is_live);
  CHECK(completed.duration == edge::milliseconds{14043});
}

namespace {

constexpr std::string_view body = R"({"type":"video.live_stream.active","id":"e1"})";
constexpr edge::timestamp signed_at{std::chrono::seconds{1'790'000'000}};
const std::vector secrets = {crypto::secret("mux_test_secret_0001")};

} // namespace

TEST_CASE("The Mux-Signature header, in any case, decides whether a webhook is from Mux") {
  const char* const signature =
      "t=1790000000,v1=c60ccde25766cf5055cf3e7e3abbede8dc6012b2bf1691d1e63520415e01ac3e";
  CHECK(mux::verify_webhook({{"Mux-Signature", signature}}, body, secrets, signed_at) == 1'790'000'000);
  CHECK(mux::verify_webhook({{"Host", "x"}, {"mux-signature", signature}}, body, secrets, signed_at) ==
        1'790'000'000);
  CHECK(mux::verify_webhook({{"Webhook-Signature", signature}}, body, secrets, signed_at) ==
        std::unexpected(crypto::signature_error::empty));
  CHECK(mux::verify_webhook({{"Mux-Signature", signature}}, "{}", secrets, signed_at) ==
        std::unexpected(crypto::signature_error::mismatch));
  CHECK(
      mux::verify_webhook({{"Mux-Signature", signature}}, body, secrets, signed_at + std::chrono::hours{1}) ==
      std::unexpected(crypto::signature_error::too_old));
}

TEST_CASE("Half a second before the next one it is still the same second") {
  const auto sent = mux::signature_scheme.sign(body, secrets[0], 1'790'000'300);
  CHECK(mux::verify_webhook({{"Mux-Signature", sent}}, body, secrets,
                            signed_at + std::chrono::milliseconds{999}));
}

namespace {

mux::fact fact_in_event(const std::string& text) {
  INFO(text);
  const auto said = mux::read_event(text);
  REQUIRE(said);
  REQUIRE(*said);
  return **said;
}

std::string event_with(std::string_view type, std::string_view data) {
  return R"({"type":")" + std::string(type) + R"(","id":"7c1d0f52-0000-4000-8000-0000000000a1",)" +
         R"("created_at":"2026-11-28T10:00:00.000000Z","data":)" + std::string(data) + "}";
}

} // namespace

TEST_CASE("The beginning of a recording is read as text, as a number and as an object") {
  for (const std::string_view begun :
       {R"("2026-11-28T09:59:50.250Z")", R"({"seconds":1795859990,"nanos":250000000})"}) {
    const mux::fact said =
        fact_in_event(event_with("video.asset.live_stream_completed",
                                 R"({"id":"a1","live_stream_id":"s1","recording_times":[{"started_at":)" +
                                     std::string(begun) + R"(,"duration":3,"type":"content"}]})"));
    REQUIRE(said.started_at);
    CHECK(said.started_at->time_since_epoch().count() == 1'795'859'990'250'000);
  }
  for (const std::string_view begun : {"1795859990", R"("1795859990")", R"({"seconds":1795859990})"}) {
    const mux::fact said =
        fact_in_event(event_with("video.asset.live_stream_completed",
                                 R"({"id":"a1","live_stream_id":"s1","recording_times":[{"started_at":)" +
                                     std::string(begun) + "}]}"));
    REQUIRE(said.started_at);
    CHECK(said.started_at->time_since_epoch().count() == 1'795'859'990'000'000);
  }
  for (const std::string_view begun : {"{}", R"({"seconds":-1})", R"({"seconds":1,"nanos":-1})",
                                       R"({"seconds":1,"nanos":1000000000})", R"({"seconds":"1"})", "[]"}) {
    CHECK_FALSE(
        fact_in_event(event_with("video.asset.live_stream_completed",
                                 R"({"id":"a1","live_stream_id":"s1","recording_times":[{"started_at":)" +
                                     std::string(begun) + "}]}"))
            .started_at);
  }
}

TEST_CASE("Mux's warnings are facts with their type") {
  const mux::fact of_stream = fact_in_event(event_with(
      "video.live_stream.warning",
      R"({"id":"s1","stream_key":"secret","warning":{"type":"custom_slate_unavailable","message":"No slate"}})"));
  CHECK(of_stream.kind == mux::fact_kind::stream_warning);
  CHECK(of_stream.error == "custom_slate_unavailable");
  CHECK(of_stream.live_stream_id == "s1");
  const mux::fact of_asset = fact_in_event(
      event_with("video.asset.warning", R"({"id":"a1","live_stream_id":"s1","warning":{"type":"slow"}})"));
  CHECK(of_asset.kind == mux::fact_kind::asset_warning);
  CHECK(of_asset.asset_id == "a1");
  CHECK(of_asset.error == "slow");
  CHECK(mux::fact::from_metadata(of_asset.to_metadata()) == of_asset);
}

TEST_CASE("The passthrough is found in an event that cannot be read otherwise") {
  std::string undated = live_stream_event("video.live_stream.idle");
  undated.replace(undated.find("2026-09-21"), 10, "yesterday!");
  REQUIRE(outcome(undated) == "bad_time");
  CHECK(mux::passthrough_in(undated) == "whip-mux:st_01JB7");
  for (const char* other : {"", "[]", "{}", R"({"data":7})", R"({"data":{"passthrough":7}})"}) {
    INFO(other);
    CHECK_FALSE(mux::passthrough_in(other));
  }
}
