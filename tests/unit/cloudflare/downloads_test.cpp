// cloudflare::api: the MP4 of a recording, made on request.
#include "cloudflare/api.h"
#include "support/catch.h"
#include "support/scripted_host.h"
#include "unit/cloudflare/client.h"

#include <string>
#include <string_view>

namespace {

using cloudflare_test::answered;
using cloudflare_test::asked_by;
using cloudflare_test::client;
using cloudflare_test::enveloped;
using cloudflare_test::is_rejected;
using cloudflare_test::refused;
using cloudflare_test::stream;
using edge::error_kind;
using edge::operation::fetch;

constexpr std::string_view mp4_video = "9a8b7c6d5e4f30211203f4e5d6c7b8a9";
const std::string file_url = "https://customer-abc.cloudflarestream.com/9a8b7c6d5e4f30211203f4e5d6c7b8a9/"
                             "downloads/default.mp4";

constexpr auto make_it = [](cloudflare::api& api) { return api.create_download(mp4_video); };
constexpr auto get_it = [](cloudflare::api& api) { return api.get_download(mp4_video); };

std::string file_json(std::string_view status, std::string_view percent, std::string_view at = file_url) {
  return R"({"status":")" + std::string(status) + R"(","percentComplete":)" + std::string(percent) +
         R"(,"url":")" + std::string(at) + R"("})";
}

} // namespace

TEST_CASE("A download is asked for and asked about at the same address") {
  const std::string body = enveloped(R"({"default":)" + file_json("inprogress", "0.0") + "}");
  const fetch begun = asked_by(200, body, make_it);
  CHECK(begun.method == "POST");
  CHECK(begun.url == std::string(stream) + '/' + std::string(mp4_video) + "/downloads");
  const fetch asked = asked_by(200, body, get_it);
  CHECK(asked.method == "GET");
  CHECK(asked.url == begun.url);
}

TEST_CASE("A download says how far it is, and where it is once it is ready") {
  for (const bool is_flat : {false, true}) {
    const auto answer = [is_flat](const std::string& what) {
      return enveloped(is_flat ? what : R"({"default":)" + what + "}");
    };
    const auto growing = answered(200, answer(file_json("inprogress", "75.9")), get_it);
    REQUIRE(growing);
    CHECK(growing->url.empty());
    CHECK_FALSE(growing->has_failed);
    CHECK(growing->percent == 75);
    const auto ready = answered(200, answer(file_json("ready", "100.0")), get_it);
    REQUIRE(ready);
    CHECK(ready->url == file_url);
    CHECK(ready->percent == 100);
    const auto failed = answered(200, answer(file_json("error", "12")), get_it);
    REQUIRE(failed);
    CHECK(failed->url.empty());
    CHECK(failed->has_failed);
  }
}

TEST_CASE("A download that nobody asked for is not found") {
  CHECK(answered(200, enveloped("{}"), get_it).error().kind == error_kind::not_found);
  CHECK(answered(404, refused(10003), get_it).error().kind == error_kind::not_found);
  CHECK(answered(400, refused(10005), make_it).error().kind == error_kind::rejected);
  CHECK(answered(503, "", make_it).error().kind == error_kind::unavailable);
}

TEST_CASE("Only an address at a playback host is that of a download") {
  for (const std::string_view at :
       {"", "https://evil.example/x.mp4", "http://customer-abc.cloudflarestream.com/x",
        "https://customer-abc.cloudflarestream.com.evil.example/x"}) {
    INFO(at);
    const auto found =
        answered(200, enveloped(R"({"default":)" + file_json("ready", "100", at) + "}"), get_it);
    REQUIRE_FALSE(found);
    CHECK(found.error().kind == error_kind::malformed);
  }
}

TEST_CASE("Only the id of a video gets into a URL of Cloudflare") {
  for (const std::string_view id : {"", "..", "a/b", "a?b", "a b"}) {
    INFO(id);
    support::scripted_host world;
    CHECK(is_rejected(world.run(client(world).create_download(id))));
    CHECK(world.asked<fetch>().empty());
  }
}
