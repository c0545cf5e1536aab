// cloudflare::read_video_event and read_notification: which bodies become which facts. The bodies have the
// shapes in Cloudflare's documentation; published recordings live outside the project. verify_video_webhook
// and verify_notification: who sent them.
#include "cloudflare/webhook.h"
#include "support/catch.h"
#include "support/times.h"
#include "support/vectors.h"
#include "unit/cloudflare/client.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace {

using cloudflare_test::input;
using cloudflare_test::with;

constexpr std::string_view video = "9a8b7c6d5e4f30211203f4e5d6c7b8a9";
constexpr std::string_view hls = "https://customer-abc123def456.cloudflarestream.com/"
                                 "9a8b7c6d5e4f30211203f4e5d6c7b8a9/manifest/video.m3u8";

const cloudflare::settings with_hosts{.api_url = "https://api.cloudflare.com/client/v4",
                                      .account_id = "f0e1d2c3b4a5968778695a4b3c2d1e0f",
                                      .api_token = crypto::secret("token"),
                                      .webhook_secrets = {},
                                      .notification_secrets = {},
                                      .playback_hosts = {"cloudflarestream.com", "videodelivery.net"}};

const std::string ready =
    R"({"uid":")" + std::string(video) + R"(","creator":null,"liveInput":")" + std::string(input) +
    R"(","readyToStream":true,"readyToStreamAt":"2026-09-20T11:11:02Z","status":{"state":"ready",)"
    R"("pctComplete":"39.000000","errorReasonCode":"","errorReasonText":""},"created":"2026-09-20T11:00:03Z",)"
    R"("modified":"2026-09-20T11:11:02.774299Z","duration":612.4,"size":0,"playback":{"hls":")" +
    std::string(hls) + R"("}})";

const std::string disconnected =
    R"({"name":"Live bridge","text":"Event type: live_input.connected","data":{"notification_name":)"
    R"("Stream Live Input","input_id":"0f1e2d3c4b5a69788796a5b4c3d2e1f0","event_type":"live_input.disconnected",)"
    R"("updated_at":"2026-09-20T11:00:01.855717910Z"},"ts":1789902001,"alert_type":"stream_live_notifications"})";

cloudflare::fact
fact_of(const std::expected<std::optional<cloudflare::fact>, cloudflare::event_error>& read) {
  REQUIRE(read);
  REQUIRE(*read);
  return **read;
}

cloudflare::fact video_fact(std::string_view body) {
  INFO(body);
  return fact_of(cloudflare::read_video_event(body, with_hosts));
}

cloudflare::fact notification_fact(std::string_view body) {
  INFO(body);
  return fact_of(cloudflare::read_notification(body));
}

std::string outcome_of(const std::expected<std::optional<cloudflare::fact>, cloudflare::event_error>& read) {
  if (!read) {
    return std::string(name_of(read.error()));
  }
  return *read ? std::string(name_of((*read)->kind)) : "nothing";
}

std::string video_outcome(std::string_view body) {
  return outcome_of(cloudflare::read_video_event(body, with_hosts));
}

std::string notification_outcome(std::string_view body) {
  return outcome_of(cloudflare::read_notification(body));
}

// A number, because Catch2 would print a time with std::format and 128-bit arithmetic.
using support::microseconds;

} // namespace

TEST_CASE("What a strict reader refuses in a field that Cloudflare's fact does not need loses nothing") {
  for (const std::string_view odd : {R"("\ud83d")", "123456789012345678901234567890", "1e999"}) {
    INFO(odd);
    const std::string member = R"({"odd":)" + std::string(odd) + ',';
    CHECK(video_fact(member + ready.substr(1)).video_id == video);
    CHECK(notification_fact(member + disconnected.substr(1)).live_input_id == input);
  }
}

TEST_CASE("A ready recording has its length, its URL and its live input, however much is encoded") {
  const cloudflare::fact fact = video_fact(ready);
  CHECK(fact.kind == cloudflare::fact_kind::video_ready);
  CHECK(microseconds(fact.at) == 1'789'902'662'774'299);
  CHECK(fact.live_input_id == input);
  CHECK(fact.video_id == video);
  CHECK(fact.created.transform(microseconds) == 1'789'902'003'000'000);
  CHECK(fact.duration == edge::milliseconds{612400});
  CHECK(fact.hls_url == hls);
  CHECK_FALSE(fact.error_code);
}

TEST_CASE("A failed recording has its code, in either spelling") {
  const std::string failed = with(ready, R"("state":"ready")", R"("state":"error","step":"encoding")");
  CHECK(video_fact(failed).kind == cloudflare::fact_kind::video_failed);
  CHECK_FALSE(video_fact(failed).error_code);
  CHECK(video_fact(with(failed, R"("errorReasonCode":"")", R"("errorReasonCode":"ERR_NON_VIDEO")"))
            .error_code == "ERR_NON_VIDEO");
  CHECK(video_fact(with(failed, R"("errorReasonCode":"")", R"("errReasonCode":"ERR_MALFORMED_VIDEO")"))
            .error_code == "ERR_MALFORMED_VIDEO");
  CHECK(video_fact(
            with(failed, R"("errorReasonCode":"")", R"("errorReasonCode":"","errReasonCode":"ERR_NEW_1")"))
            .error_code == "ERR_NEW_1");
  CHECK_FALSE(video_fact(with(failed, R"("errorReasonCode":"")", R"("errReasonCode":"say <b>")")).error_code);
}

TEST_CASE("A recording in progress has no length yet") {
  const std::string live = with(with(ready, R"("state":"ready")", R"("state":"live-inprogress")"),
                                R"("duration":612.4)", R"("duration":-1)");
  const cloudflare::fact fact = video_fact(live);
  CHECK(fact.kind == cloudflare::fact_kind::video_live);
  CHECK_FALSE(fact.duration);
}

TEST_CASE("Other states of a video produce no fact") {
  for (const std::string_view state :
       {"pendingupload", "downloading", "queued", "inprogress", "something-new", "", "-", "READY"}) {
    INFO(state);
    CHECK(video_outcome(with(ready, R"("state":"ready")", R"("state":")" + std::string(state) + '"')) ==
          "nothing");
  }
}

TEST_CASE("A video without a live input is an upload, or its webhook omitted the input") {
  CHECK_FALSE(
      video_fact(with(ready, R"("liveInput":"0f1e2d3c4b5a69788796a5b4c3d2e1f0",)", "")).live_input_id);
  CHECK_FALSE(video_fact(with(ready, R"("0f1e2d3c4b5a69788796a5b4c3d2e1f0")", "null")).live_input_id);
  CHECK_FALSE(video_fact(with(ready, R"("0f1e2d3c4b5a69788796a5b4c3d2e1f0")", R"("../x")")).live_input_id);
}

TEST_CASE(
    "A video's fact has the time of its last change, else of when it became ready, else of its creation") {
  const auto seconds = [](const std::string& body) {
    return std::chrono::floor<std::chrono::seconds>(video_fact(body).at).time_since_epoch().count();
  };
  const std::string unmodified = with(ready, R"("modified":"2026-09-20T11:11:02.774299Z",)", "");
  const std::string unready = with(unmodified, R"("readyToStreamAt":"2026-09-20T11:11:02Z",)", "");
  CHECK(seconds(ready) == 1'789'902'662);
  CHECK(seconds(unmodified) == 1'789'902'662);
  CHECK(seconds(unready) == 1'789'902'003);
  CHECK(seconds(with(unready, "11:00:03Z", "11:00:03.123456789Z")) == 1'789'902'003);
  CHECK(video_outcome(with(unready, "2026-09-20T11:00:03Z", "yesterday")) == "bad_time");
  CHECK(video_outcome(with(unready, R"("created":"2026-09-20T11:00:03Z",)", "")) == "bad_time");
}

TEST_CASE("A URL on another host is not a recording's") {
  CHECK_FALSE(video_fact(with(ready, "cloudflarestream.com", "cloudflarestream.com.evil.example")).hls_url);
  CHECK_FALSE(video_fact(with(ready, "https://customer", "http://customer")).hls_url);
  CHECK_FALSE(video_fact(with(ready, R"("playback":{"hls":)", R"("playback":{"dash":)")).hls_url);
}

TEST_CASE("A repeated webhook about a video has the same id, another webhook has not") {
  const std::string id = video_fact(ready).event_id;
  CHECK(id.size() == 32);
  CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(video_fact(with(ready, "39.000000", "100.000000")).event_id == id);
  CHECK(video_fact(with(ready, "02.774299Z", "02.774300Z")).event_id != id);
  CHECK(video_fact(with(ready, R"("state":"ready")", R"("state":"error")")).event_id != id);
  CHECK(video_fact(with(ready, R"("uid":"9a)", R"("uid":"9b)")).event_id != id);
}

TEST_CASE("A body that is not a video is an error") {
  CHECK(video_outcome("") == "not_json");
  CHECK(video_outcome(ready.substr(0, 100)) == "not_json");
  CHECK(video_outcome("{}") == "no_type");
  CHECK(video_outcome("[]") == "no_type");
  CHECK(video_outcome(R"({"text":"Hello World!"})") == "no_type");
  CHECK(video_outcome(R"({"uid":"a","status":"ready"})") == "no_type");
  CHECK(video_outcome(with(ready, R"("uid":"9a8b7c6d5e4f30211203f4e5d6c7b8a9")", R"("uid":"../9a")")) ==
        "bad_resource");
  CHECK(video_outcome(with(ready, R"("uid":"9a8b7c6d5e4f30211203f4e5d6c7b8a9")", R"("uid":null)")) ==
        "bad_resource");
}

TEST_CASE("A notification is read from its data, never from its text") {
  const cloudflare::fact fact = notification_fact(disconnected);
  CHECK(fact.kind == cloudflare::fact_kind::input_disconnected);
  CHECK(microseconds(fact.at) == 1'789'902'001'855'717);
  CHECK(fact.live_input_id == input);
  CHECK_FALSE(fact.video_id);
  CHECK_FALSE(fact.error_code);
  CHECK(notification_fact(with(disconnected, "input.disconnected", "input.connected")).kind ==
        cloudflare::fact_kind::input_connected);
}

TEST_CASE("A failure notification has its code, even a new one") {
  const auto failed = [](std::string_view code) {
    return notification_fact(with(with(disconnected, "input.disconnected", "input.errored"),
                                  R"("updated_at")",
                                  R"("live_input_errored":{"error":{"code":")" + std::string(code) +
                                      R"(","message":"m"},"video_codec":"","audio_codec":""},"updated_at")"));
  };
  CHECK(failed("ERR_GOP_OUT_OF_RANGE").kind == cloudflare::fact_kind::input_errored);
  CHECK(failed("ERR_GOP_OUT_OF_RANGE").error_code == "ERR_GOP_OUT_OF_RANGE");
  CHECK(failed("ERR_NEW").error_code == "ERR_NEW");
  CHECK_FALSE(failed("").error_code);
}

TEST_CASE("Two notifications within a microsecond are two facts") {
  const std::string id = notification_fact(disconnected).event_id;
  CHECK(id.size() == 32);
  CHECK(notification_fact(with(disconnected, "Live bridge", "Renamed")).event_id == id);
  CHECK(notification_fact(with(disconnected, "717910Z", "717911Z")).event_id != id);
  CHECK(notification_fact(with(disconnected, "input.disconnected", "input.connected")).event_id != id);
}

TEST_CASE("A test message and unrelated notifications produce no fact") {
  CHECK(notification_outcome(R"({"text":"Hello World!"})") == "nothing");
  CHECK(notification_outcome(R"({"data":null})") == "nothing");
  CHECK(notification_outcome(R"({"data":{"event_type":7}})") == "nothing");
  CHECK(notification_outcome(with(disconnected, "input.disconnected", "input.renamed")) == "nothing");
  CHECK(notification_outcome("[]") == "nothing");
}

TEST_CASE("An unusable notification is an error") {
  CHECK(notification_outcome("hello") == "not_json");
  CHECK(notification_outcome(with(disconnected, R"("0f1e2d3c4b5a69788796a5b4c3d2e1f0")", R"("a/b")")) ==
        "bad_resource");
  CHECK(notification_outcome(with(disconnected, R"("input_id")", R"("input")")) == "bad_resource");
  CHECK(notification_outcome(with(disconnected, "2026-09-20T11:00:01.855717910Z", "now")) == "bad_time");
  CHECK(notification_outcome(with(disconnected, R"("updated_at")", R"("at")")) == "bad_time");
}

TEST_CASE("Published Cloudflare webhooks are read correctly") {
  const auto folder = support::vectors_folder();
  if (!folder) {
    return;
  }
  // By name: as a webhook about a video, and as a notification.
  const std::map<std::string, std::pair<std::string, std::string>> expected = {
      {"cfgo-live-live-inprogress-ee4bbe9e.json", {"video_live", "nothing"}},
      {"cfgo-live-ready-52ecc71c.json", {"video_ready", "nothing"}},
      {"docs-live-input-disconnected.json", {"no_type", "input_disconnected"}},
      {"docs-video-ready.json", {"video_ready", "nothing"}},
      {"notifications-test-ping.json", {"no_type", "nothing"}}};
  std::map<std::string, std::pair<std::string, std::string>> seen;
  for (const std::string& name : support::names_in(*folder + "/webhooks/cloudflare")) {
    const std::string body = support::read_file(*folder + "/webhooks/cloudflare/" + name);
    seen[name] = {video_outcome(body), notification_outcome(body)};
    for (const auto& read :
         {cloudflare::read_video_event(body, with_hosts), cloudflare::read_notification(body)}) {
      if (read && *read) {
        CHECK(cloudflare::fact::from_metadata((*read)->to_metadata()) == **read);
      }
    }
  }
  CHECK(seen == expected);
}

TEST_CASE("The published recording of a live input has its length and URL") {
  const auto folder = support::vectors_folder();
  if (!folder) {
    return;
  }
  const std::string recorded = *folder + "/webhooks/cloudflare/";
  const cloudflare::fact live =
      video_fact(support::read_file(recorded + "cfgo-live-live-inprogress-ee4bbe9e.json"));
  CHECK(live.live_input_id == "6bb55c9389c27877baf1c185facca222");
  CHECK_FALSE(live.duration);
  const cloudflare::fact done = video_fact(support::read_file(recorded + "cfgo-live-ready-52ecc71c.json"));
  CHECK(done.live_input_id == "6bb55c9389c27877baf1c185facca222");
  CHECK(done.duration == edge::milliseconds{14000});
  CHECK(done.hls_url == "https://videodelivery.net/52ecc71c930803874c5145006b2a6c5a/manifest/video.m3u8");
  const cloudflare::fact upload = video_fact(support::read_file(recorded + "docs-video-ready.json"));
  CHECK_FALSE(upload.live_input_id);
  CHECK(upload.duration == edge::milliseconds{5500});
}

TEST_CASE("The Webhook-Signature header decides whether a webhook about a video is from Cloudflare") {
  constexpr std::string_view body = R"({"uid":"0123456789abcdef0123456789abcdef","readyToStream":true})";
  constexpr edge::timestamp now{std::chrono::seconds{1'790'000'000}};
  const std::vector secrets = {crypto::secret("cf_test_secret_0000"), crypto::secret("cf_test_secret_0001")};
  const char* const signature =
      "time=1790000000,sig1=4345123bc3883c931851f976d5ef5cc79dbc42d6198fcee580b33fb9b7a65798";
  CHECK(cloudflare::verify_video_webhook({{"webhook-signature", signature}}, body, secrets, now) ==
        1'790'000'000);
  CHECK(cloudflare::verify_video_webhook({{"Mux-Signature", signature}}, body, secrets, now) ==
        std::unexpected(crypto::signature_error::empty));
  CHECK(cloudflare::verify_video_webhook({{"Webhook-Signature", signature}}, body,
                                         std::vector{crypto::secret("cf_test_secret_0000")},
                                         now) == std::unexpected(crypto::signature_error::mismatch));
  CHECK(cloudflare::verify_video_webhook({{"Webhook-Signature", signature}}, body, secrets,
                                         now - std::chrono::minutes(6)) ==
        std::unexpected(crypto::signature_error::in_future));
}

TEST_CASE("A notification must carry one of the configured secrets in full") {
  const std::vector secrets = {crypto::secret("old secret"), crypto::secret("new secret")};
  CHECK(cloudflare::verify_notification({{"cf-webhook-auth", "old secret"}}, secrets));
  CHECK(cloudflare::verify_notification({{"CF-Webhook-Auth", "new secret"}}, secrets));
  for (const char* const given :
       {"", "new", "new secret ", "New secret", "new secretnew secret", "old secret,new secret"}) {
    INFO(given);
    CHECK_FALSE(cloudflare::verify_notification({{"cf-webhook-auth", given}}, secrets));
  }
  CHECK_FALSE(cloudflare::verify_notification({}, secrets));
  CHECK_FALSE(cloudflare::verify_notification({{"Authorization", "new secret"}}, secrets));
}

TEST_CASE("Without a configured secret no notification is accepted, not even one with an empty secret") {
  CHECK_FALSE(cloudflare::verify_notification({{"cf-webhook-auth", ""}}, {}));
  CHECK_FALSE(cloudflare::verify_notification({{"cf-webhook-auth", ""}}, std::vector{crypto::secret("")}));
  CHECK_FALSE(cloudflare::verify_notification({}, std::vector{crypto::secret("")}));
}

TEST_CASE("The code of an error is found at the root of the body, too") {
  const auto said = cloudflare::read_notification(
      R"({"name":"Trial","data":{"notification_name":"Stream Live Input","input_id":"fedcba9876543210fedcba9876543210",)"
      R"("event_type":"live_input.errored","updated_at":"2026-11-28T10:00:00.000000Z"},)"
      R"("live_input_errored":{"error":{"code":"ERR_STORAGE_QUOTA_EXHAUSTED","message":"No room left."}}})");
  REQUIRE(said);
  REQUIRE(*said);
  CHECK((*said)->error_code == "ERR_STORAGE_QUOTA_EXHAUSTED");
}

TEST_CASE("The live input is found in a body that cannot be read otherwise") {
  CHECK(cloudflare::live_input_in(R"({"uid":7,"liveInput":")" + std::string(input) + R"("})") == input);
  CHECK(cloudflare::live_input_in(R"({"data":{"input_id":")" + std::string(input) + R"("}})") == input);
  for (const char* body : {"", "[]", "{}", R"({"liveInput":null,"data":{"input_id":7}})"}) {
    INFO(body);
    CHECK_FALSE(cloudflare::live_input_in(body));
  }
}

namespace {

std::string event(std::string_view type, std::string_view payload) {
  return R"({"type":")" + std::string(type) + R"(","source":{},"payload":)" + std::string(payload) +
         R"(,"metadata":{"eventTimestamp":"2026-09-20T11:12:00.221Z"}})";
}

std::string state_of_input(std::string_view state, std::string_view reason = "null") {
  return R"({"uid":")" + std::string(input) + R"(","status":{"current":{"state":")" + std::string(state) +
         R"(","reason":)" + std::string(reason) +
         R"(,"statusEnteredAt":"2026-09-20T11:10:12.000Z","statusLastSeen":"2026-09-20T11:10:13.000Z"}}})";
}

// The same video as `ready`, in the form of the Worker's binding.
const std::string ready_in_queue =
    R"({"id":")" + std::string(video) + R"(","creator":null,"liveInputId":")" + std::string(input) +
    R"(","readyToStream":true,"readyToStreamAt":"2026-09-20T11:11:02Z","status":{"state":"ready",)"
    R"("pctComplete":"39.000000","errorReasonCode":"","errorReasonText":""},"created":"2026-09-20T11:00:03Z",)"
    R"("modified":"2026-09-20T11:11:02.774299Z","duration":612.4,"size":0,"hlsPlaybackUrl":")" +
    std::string(hls) + R"("})";

std::string queue_outcome(std::string_view body) {
  return outcome_of(cloudflare::read_queue_event(body, with_hosts));
}

} // namespace

TEST_CASE("An event about a video gives the fact of its webhook, so that both count once") {
  const auto said =
      fact_of(cloudflare::read_queue_event(event("cf.stream.video_state.ready", ready_in_queue), with_hosts));
  CHECK(said == video_fact(ready));
}

TEST_CASE("An event about a live input gives the fact that a look at the live input gives") {
  const std::string body =
      event("cf.stream.liveInput.live_input.errored", state_of_input("errored", R"("badRequest")"));
  const auto said = fact_of(cloudflare::read_queue_event(body, with_hosts));
  const cloudflare::live_input_status status{
      .state = cloudflare::encoder_state::errored, .since = said.at, .reason = "badRequest"};
  CHECK(edge::format_timestamp(said.at) == "2026-09-20T11:10:12.000Z");
  CHECK(said == *cloudflare::fact_of(std::string(input), status));
  for (const auto& [state, kind] : std::map<std::string_view, std::string_view>{
           {"connected", "input_connected"}, {"disconnected", "input_disconnected"}}) {
    CHECK(queue_outcome(event("cf.stream.liveInput.live_input.any", state_of_input(state))) == kind);
  }
}

TEST_CASE("Events that say nothing of interest are not errors") {
  CHECK(queue_outcome(event("cf.stream.liveInput.live_input.new", state_of_input("new"))) == "nothing");
  CHECK(queue_outcome(event("cf.stream.liveInput.live_input.new", R"({"uid":"x"})")) == "nothing");
  CHECK(queue_outcome(event("cf.stream.something.new", "{}")) == "nothing");
  CHECK(queue_outcome(event("cf.stream.video_state.updated",
                            R"({"id":"9a8b7c6d","status":{"state":"inprogress"}})")) == "nothing");
}

TEST_CASE("What is no event of Cloudflare Stream, or lacks what a fact needs, is unreadable") {
  for (const std::string_view body : {"", "{", "\"text\"", "null", "{}", R"({"type":7})"}) {
    INFO(body);
    CHECK(queue_outcome(body) == (body.size() < 2 ? "not_json" : "no_type"));
  }
  CHECK(queue_outcome(event("cf.r2.bucket.deleted", "{}")) == "no_type");
  CHECK(queue_outcome(event("cf.stream.video_state.ready", "{}")) == "no_type");
  CHECK(queue_outcome(event("cf.stream.video_state.ready", R"({"status":{"state":"ready"}})")) ==
        "bad_resource");
  CHECK(queue_outcome(event("cf.stream.video_state.ready",
                            R"({"id":"9a8b7c6d","status":{"state":"ready"}})")) == "bad_time");
  CHECK(queue_outcome(event("cf.stream.liveInput.live_input.connected",
                            R"({"uid":"../x","status":{"current":{"state":"connected"}}})")) ==
        "bad_resource");
  CHECK(queue_outcome(event("cf.stream.liveInput.live_input.connected",
                            R"({"uid":"0f1e","status":{"current":{"state":"connected"}}})")) == "bad_time");
}

TEST_CASE("The creator of a video is found in its webhook and in its event, if it has one") {
  const std::string tagged = with(ready, R"("creator":null)", R"("creator":"whip-mux:main:1")");
  CHECK(cloudflare::creator_in(tagged) == "whip-mux:main:1");
  CHECK(cloudflare::creator_in(event("cf.stream.video_state.ready", tagged)) == "whip-mux:main:1");
  for (const std::string& body : {ready, event("cf.stream.video_state.ready", ready), std::string{"{}"},
                                  std::string{"{"}, R"({"creator":"x",)" + event("any", "{}").substr(1)}) {
    INFO(body);
    CHECK_FALSE(cloudflare::creator_in(body));
  }
}
