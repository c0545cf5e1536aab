// cloudflare::api: recordings and public information about them; cloudflare::fact_of: their facts.
#include "cloudflare/api.h"
#include "cloudflare/fact.h"
#include "cloudflare/reading.h"
#include "cloudflare/webhook.h"
#include "json/reader.h"
#include "support/catch.h"
#include "support/scripted_host.h"
#include "support/times.h"
#include "unit/cloudflare/client.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using cloudflare_test::answered;
using cloudflare_test::asked_by;
using cloudflare_test::client;
using cloudflare_test::enveloped;
using cloudflare_test::input;
using cloudflare_test::refused;
using cloudflare_test::stream;
using cloudflare_test::with;
using cloudflare_test::with_token;
using edge::error_kind;
using edge::operation::fetch;

constexpr std::string_view video_id = "9a8b7c6d5e4f30211203f4e5d6c7b8a9";
constexpr std::string_view customer = "https://customer-abc.cloudflarestream.com";
const std::string base = std::string(customer) + "/" + std::string(video_id);

// In the forms of the list and of a webhook.
const std::string ready_video =
    R"({"uid":")" + std::string(video_id) + R"(","creator":null,"thumbnail":")" + base +
    R"(/thumbnails/thumbnail.jpg","readyToStream":true,"readyToStreamAt":"2026-09-20T11:11:02Z",)"
    R"("status":{"state":"ready","pctComplete":"100.000000","errorReasonCode":"","errorReasonText":""},)"
    R"("created":"2026-09-20T11:00:03.211Z","modified":"2026-09-20T11:11:02.774299Z","duration":612.4,"size":0,)"
    R"("playback":{"hls":")" +
    base + R"(/manifest/video.m3u8","dash":")" + base + R"(/manifest/video.mpd"},"liveInput":")" +
    std::string(input) + R"("})";
const std::string live_video =
    with(with(ready_video, R"("state":"ready")", R"("state":"live-inprogress")"), "612.4", "-1");
const std::string failed_video =
    with(with(with(ready_video, R"("state":"ready")", R"("state":"error","step":"encoding")"),
              R"("errorReasonCode":"")", R"("errorReasonCode":"ERR_MALFORMED_VIDEO")"),
         R"("readyToStream":true)", R"("readyToStream":false)");

constexpr auto list_all = [](cloudflare::api& api) { return api.list_videos(input); };
constexpr auto remove_it = [](cloudflare::api& api) { return api.delete_video(video_id); };

cloudflare::video video_of(const std::string& text) {
  INFO(text);
  const auto document = json::document::parse(text);
  REQUIRE(document);
  auto read = cloudflare::video_in(document->root(), with_token);
  REQUIRE(read);
  return *std::move(read);
}

// A number, because Catch2 would print a time with std::format and 128-bit arithmetic.
using support::microseconds;

} // namespace

TEST_CASE("A recording is read with its state, length and URLs") {
  const cloudflare::video video = video_of(ready_video);
  CHECK(video.id == video_id);
  CHECK(video.state == cloudflare::video_state::ready);
  CHECK(video.created.transform(microseconds) == 1'789'902'003'211'000);
  CHECK(microseconds(video.modified) == 1'789'902'662'774'299);
  CHECK(video.duration == edge::milliseconds{612400});
  CHECK(video.hls_url == base + "/manifest/video.m3u8");
  CHECK(video.live_input_id == input);
  CHECK_FALSE(video.error_code);
}

TEST_CASE("A recording is growing, ready, failed or none of these") {
  CHECK(video_of(live_video).state == cloudflare::video_state::live);
  CHECK_FALSE(video_of(live_video).duration);
  CHECK(video_of(failed_video).state == cloudflare::video_state::failed);
  CHECK(video_of(failed_video).error_code == "ERR_MALFORMED_VIDEO");
  for (const std::string_view state : {"queued", "inprogress", "pendingupload", "new", "", "READY"}) {
    INFO(state);
    CHECK(
        video_of(with(ready_video, R"("state":"ready")", R"("state":")" + std::string(state) + '"')).state ==
        cloudflare::video_state::other);
  }
}

TEST_CASE("Missing or malformed fields of a recording are left out") {
  const cloudflare::video video = video_of(
      R"({"uid":")" + std::string(video_id) +
      R"(","status":{"state":"error","errorReasonCode":"see <b>"},"modified":"2026-09-20T11:11:02Z",)"
      R"("created":"then","duration":"long","thumbnail":7,"liveInput":"../x",)"
      R"("playback":{"hls":"https://evil.example/a","dash":"http://customer.cloudflarestream.com/a"}})");
  CHECK_FALSE(video.created);
  CHECK_FALSE(video.duration);
  CHECK_FALSE(video.hls_url);
  CHECK_FALSE(video.error_code);
  CHECK_FALSE(video.live_input_id);
}

TEST_CASE("An invalid recording is refused") {
  const std::string no_time =
      with(with(with(ready_video, R"("modified":)", R"("x":)"), R"("readyToStreamAt":)", R"("y":)"),
           R"("created":)", R"("z":)");
  for (const std::string& text :
       {std::string("null"), std::string("[]"), std::string("{}"), with(ready_video, video_id, "../x"),
        with(ready_video, R"("state":"ready")", R"("state":7)"),
        with(ready_video, R"("status":{)", R"("stature":{)"), no_time}) {
    INFO(text);
    const auto document = json::document::parse(text);
    REQUIRE(document);
    CHECK_FALSE(cloudflare::video_in(document->root(), with_token));
  }
}

TEST_CASE("All recordings of a live input are listed, including one in progress") {
  const std::string body = enveloped("[" + with(live_video, video_id, "aa11") + "," + ready_video + "," +
                                     with(ready_video, input, "ffff") + "]");
  const auto found = answered(200, body, list_all);
  REQUIRE(found);
  REQUIRE(found->size() == 2);
  CHECK(found->at(0).id == "aa11");
  CHECK(found->at(0).state == cloudflare::video_state::live);
  CHECK(found->at(1).id == video_id);
  CHECK(found->at(1).live_input_id == input);
  const fetch asked = asked_by(200, body, list_all);
  CHECK(asked.method == "GET");
  CHECK(asked.url == std::string(stream) + "?limit=1000&live_input_id=" + std::string(input));
  CHECK(asked.body_limit == cloudflare::api::list_limit);
  CHECK(answered(200, enveloped("[]"), list_all)->empty());
}

TEST_CASE("A full page of recordings is followed by the next, and too many pages are an error") {
  const auto page = [](std::size_t count, std::string_view created) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) {
      all += (i > 0 ? "," : "") +
             with(with(ready_video, video_id, std::string(created.substr(11, 2)) + "a" + std::to_string(i)),
                  "2026-09-20T11:00:03.211Z", created);
    }
    return enveloped("[" + all + "]");
  };
  support::scripted_host world;
  world.answers(200, page(1000, "2026-09-20T12:00:00Z"));
  world.answers(200, page(3, "2026-09-20T11:00:00Z"));
  const auto found = world.run(client(world).list_videos(input));
  REQUIRE(found);
  CHECK(found->size() == 1003);
  const auto asked = world.asked<fetch>();
  REQUIRE(asked.size() == 2);
  CHECK(asked.at(1).url.ends_with(std::string(input) + "&before=2026-09-20T12:00:00Z"));

  support::scripted_host endless;
  for (std::size_t i = 0; i < cloudflare::api::max_pages; ++i) {
    endless.answers(200, page(1000, "2026-09-20T12:00:00Z"));
  }
  const auto refusal = endless.run(client(endless).list_videos(input));
  REQUIRE_FALSE(refusal);
  CHECK(refusal.error().kind == error_kind::too_large);
}

TEST_CASE("A list with a malformed recording of the live input is an error") {
  for (const std::string& result :
       {std::string("{}"), std::string("null"), "[" + with(ready_video, video_id, "a/b") + "]",
        "[" + with(ready_video, R"("state":"ready")", R"("state":7)") + "]"}) {
    INFO(result);
    const auto found = answered(200, enveloped(result), list_all);
    REQUIRE_FALSE(found);
    CHECK(found.error().kind == error_kind::malformed);
    CHECK(describe(found.error()) == "list the Cloudflare recordings");
  }
}

TEST_CASE("Each error status maps to the same kind of error for recordings") {
  const std::vector<std::pair<int, error_kind>> kinds = {
      {400, error_kind::rejected},  {401, error_kind::unauthorized}, {404, error_kind::not_found},
      {429, error_kind::throttled}, {500, error_kind::unavailable},  {200, error_kind::rejected}};
  for (const auto& [status, kind] : kinds) {
    INFO(status);
    CHECK(answered(status, refused(10002, "api-token"), list_all).error().kind == kind);
  }
}

TEST_CASE("A recording is deleted, or found missing") {
  const fetch asked = asked_by(200, enveloped(R"("")"), remove_it);
  CHECK(asked.method == "DELETE");
  CHECK(asked.url == std::string(stream) + "/" + std::string(video_id));
  CHECK(answered(200, "{}", remove_it));
  CHECK(answered(404, refused(10003), remove_it));
  CHECK(answered(403, refused(10002), remove_it).error().kind == error_kind::unauthorized);
  CHECK(answered(500, "", remove_it).error().kind == error_kind::unavailable);
}

TEST_CASE("A growing recording is not deleted, and the error says why") {
  const auto outcome = answered(409, refused(10046), remove_it);
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().kind == error_kind::rejected);
  CHECK(outcome.error().code == cloudflare::api::still_live);
  CHECK(describe(outcome.error()) ==
        "delete the Cloudflare recording: it is still being recorded: code 10046");
}

TEST_CASE("Who may watch a recording is changed, and a recording that is gone needs no change") {
  const auto protect = [](cloudflare::api& api) { return api.protect_video(video_id, true); };
  CHECK(answered(200, enveloped("{}"), protect));
  CHECK(answered(404, refused(10003), protect));
  CHECK_FALSE(answered(500, refused(10005), protect));
  const fetch asked = asked_by(200, enveloped("{}"), protect);
  CHECK(asked.method == "POST");
  CHECK(asked.url.ends_with("/stream/" + std::string(video_id)));
  CHECK(asked.body == R"({"requireSignedURLs":true})");
}

TEST_CASE("A recording in a list is the same fact as its webhook, with the same id") {
  for (const std::string& text : {ready_video, live_video, failed_video}) {
    INFO(text);
    const auto said = cloudflare::read_video_event(text, with_token);
    REQUIRE(said);
    REQUIRE(*said);
    CHECK(fact_of(video_of(text)) == *said);
  }
}

TEST_CASE("The fact of a recording has the same id however many decimals its time has") {
  const auto id_of = [](std::string_view time) {
    return fact_of(video_of(with(ready_video, "2026-09-20T11:11:02.774299Z", time)))->event_id;
  };
  CHECK(id_of("2026-09-20T11:11:02Z") == id_of("2026-09-20T11:11:02.000Z"));
  CHECK(id_of("2026-09-20T11:11:02.774299Z") == id_of("2026-09-20T11:11:02.774299000Z"));
  CHECK(id_of("2026-09-20T11:11:02.774Z") != id_of("2026-09-20T11:11:02.774299Z"));
}

TEST_CASE("A recording that is being processed produces no fact yet") {
  CHECK_FALSE(fact_of(video_of(with(ready_video, R"("state":"ready")", R"("state":"inprogress")"))));
}
