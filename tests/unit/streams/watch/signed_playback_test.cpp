// streams::playback_tokens and playback_addresses: which viewers a private stream plays for, and where.
#include "crypto/base64.h"
#include "streams/watch/signed_playback.h"
#include "support/catch.h"
#include "support/scripted_host.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace signed_playback_test {

namespace {

using namespace std::chrono_literals;
using edge::operation::sign;
using streams::playback_addresses;
using streams::playback_tokens;
using streams::recording;
using streams::recording_source;
using streams::recording_state;
using support::scripted_host;

constexpr edge::timestamp now = scripted_host::start;

streams::playback_keys keys() {
  return {.cloudflare = {.key_id = "cf",
                         .key = {.format = "jwk", .material = crypto::secret{"cloudflare's key"}}},
          .mux = {.key_id = "mx", .key = {.format = "pkcs8", .material = crypto::secret{"Mux's key"}}}};
}

// The claims of a signing input.
std::string claims_of(const std::string& input) {
  return crypto::base64url_decode(input.substr(input.find('.') + 1)).value_or("");
}

void signs(scripted_host& world, int times = 1) {
  for (int i = 0; i < times; ++i) {
    world.next<sign>("signature" + std::to_string(i));
  }
}

std::string signature(int number) { return crypto::base64url_encode("signature" + std::to_string(number)); }

recording ready_at(recording_source source) {
  recording made{.source = source, .id = "made", .playback = {}, .duration = {}, .end = {}};
  made.playback.join(now, source == recording_source::mux ? "playback"
                                                          : "https://c.example/made/manifest/video.m3u8");
  made.end.join(now, recording_state::ready);
  made.file.join(now, source == recording_source::mux ? "highest.mp4"
                                                      : "https://c.example/made/downloads/default.mp4");
  return made;
}

const recording at_cloudflare = ready_at(recording_source::cloudflare);
const recording at_mux = ready_at(recording_source::mux);
const std::optional input = streams::cloudflare_side{"input", "https://c.example"};
const mux::playback_urls urls{.media = "https://stream.mux.com", .images = "https://image.mux.com"};

// With tokens for the recording at Cloudflare, its file, and the playback id at Mux.
playback_tokens all_tokens() {
  scripted_host world;
  signs(world, 4);
  playback_tokens made;
  const auto with = keys();
  REQUIRE(world.run(made.sign_at_cloudflare(world.host(), with, "made")));
  REQUIRE(world.run(made.sign_at_cloudflare(world.host(), with, "made", true)));
  REQUIRE(world.run(made.sign_at_mux(world.host(), with, "playback")));
  return made;
}

// The token in the place of an id: without the signing input, which is of no interest here.
std::string place_of(const std::string& url, const std::string& before, const std::string& after) {
  REQUIRE(url.starts_with(before));
  REQUIRE(url.ends_with(after));
  const std::string token = url.substr(before.size(), url.size() - before.size() - after.size());
  return token.substr(token.rfind('.') + 1);
}

} // namespace

TEST_CASE("Signing keys are read, and those that are missing or malformed are named") {
  const auto missing = [](const std::vector<std::pair<std::string, std::string>>& variables) {
    edge::environment from;
    for (const auto& [name, value] : variables) {
      from.set(name, value);
    }
    const auto read = streams::playback_keys::read(from);
    return read ? std::vector<std::string>{} : read.error();
  };
  CHECK(missing({}) == std::vector<std::string>{"CLOUDFLARE_SIGNING_KEY_ID", "CLOUDFLARE_SIGNING_JWK",
                                                "MUX_SIGNING_KEY_ID", "MUX_SIGNING_PRIVATE_KEY"});
  const std::string key = crypto::base64_encode(R"({"kty":"RSA","d":"AQAB"})");
  CHECK(missing({{"CLOUDFLARE_SIGNING_KEY_ID", "cf"}, {"CLOUDFLARE_SIGNING_JWK", key}}) ==
        std::vector<std::string>{"MUX_SIGNING_KEY_ID", "MUX_SIGNING_PRIVATE_KEY"});
  CHECK(missing({{"CLOUDFLARE_SIGNING_KEY_ID", "cf"}, {"CLOUDFLARE_SIGNING_JWK", "not a key"}}).size() == 4);
}

TEST_CASE("A token for Cloudflare says what it is for, and is signed with Cloudflare's key") {
  scripted_host world;
  signs(world);
  playback_tokens tokens;
  REQUIRE(world.run(tokens.sign_at_cloudflare(world.host(), keys(), "made")));
  const auto asked = world.asked<sign>();
  REQUIRE(asked.size() == 1);
  CHECK((asked.front().key == "cloudflare's key" && asked.front().format == "jwk"));
  CHECK(asked.front().algorithm == R"({"name":"RSASSA-PKCS1-v1_5","hash":"SHA-256"})");
  CHECK(claims_of(asked.front().data) == R"({"sub":"made","kid":"cf","exp":1800021600})");
  CHECK(tokens.at_cloudflare("made") == asked.front().data + '.' + signature(0));
  CHECK_FALSE(tokens.at_cloudflare("other"));
  CHECK_FALSE(tokens.file_at_cloudflare("made"));
}

TEST_CASE("Only a token for the file lets its holder download, and it is no token to watch") {
  scripted_host world;
  signs(world, 2);
  playback_tokens tokens;
  const auto with = keys();
  REQUIRE(world.run(tokens.sign_at_cloudflare(world.host(), with, "made", true)));
  CHECK_FALSE(tokens.at_cloudflare("made"));
  CHECK(tokens.file_at_cloudflare("made"));
  const auto download = world.run(streams::sign_download(world.host(), with, "made"));
  REQUIRE(download);
  for (const sign& each : world.asked<sign>()) {
    CHECK(claims_of(each.data) == R"({"sub":"made","kid":"cf","exp":1800021600,"downloadable":true})");
  }
  CHECK(download->ends_with('.' + signature(1)));
}

TEST_CASE("At Mux the video and its thumbnail have tokens of their own, the latest thumbnail of a live "
          "stream too") {
  for (const bool is_live : {false, true}) {
    scripted_host world;
    signs(world, 2);
    playback_tokens tokens;
    REQUIRE(world.run(tokens.sign_at_mux(world.host(), keys(), "playback", is_live)));
    const auto asked = world.asked<sign>();
    REQUIRE(asked.size() == 2);
    CHECK((asked.front().key == "Mux's key" && asked.back().key == "Mux's key"));
    CHECK(claims_of(asked.front().data) == R"({"sub":"playback","aud":"v","exp":1800021600,"kid":"mx"})");
    CHECK(claims_of(asked.back().data) ==
          (is_live ? R"({"sub":"playback","aud":"t","exp":1800021600,"kid":"mx","latest":"true"})"
                   : R"({"sub":"playback","aud":"t","exp":1800021600,"kid":"mx"})"));
    CHECK(tokens.video_at_mux("playback").ends_with(signature(0)));
    CHECK(tokens.thumbnail_at_mux("playback").ends_with(signature(1)));
    CHECK(tokens.video_at_mux("other").empty());
    CHECK(tokens.thumbnail_at_mux("other").empty());
  }
}

TEST_CASE("A token holds for six hours, rounded down to five minutes, so that addresses stay the same for a "
          "while") {
  const auto claims_at = [](edge::timestamp at) {
    scripted_host world;
    world.host().advance_clock(at);
    signs(world);
    playback_tokens tokens;
    REQUIRE(world.run(tokens.sign_at_cloudflare(world.host(), keys(), "made")));
    return claims_of(world.asked<sign>().front().data);
  };
  CHECK(claims_at(now) == claims_at(now + 5min - 1us));
  CHECK(claims_at(now + 5min).contains("1800021900"));
}

TEST_CASE("A key that the platform cannot use is reported") {
  const auto with = keys();
  for (const bool is_at_mux : {false, true}) {
    scripted_host world;
    world.next<sign>(std::unexpected(edge::error{.kind = edge::error_kind::rejected}));
    playback_tokens tokens;
    const auto failed = world.run(is_at_mux ? tokens.sign_at_mux(world.host(), with, "p")
                                            : tokens.sign_at_cloudflare(world.host(), with, "v"));
    CHECK((!failed && failed.error().kind == edge::error_kind::unavailable));
    CHECK_FALSE(tokens.at_cloudflare("v"));
    CHECK(tokens.video_at_mux("p").empty());
  }
}

TEST_CASE("A public stream plays without tokens") {
  const playback_addresses addresses{input, urls};
  CHECK(addresses.hls(at_cloudflare) == "https://c.example/made/manifest/video.m3u8");
  CHECK(addresses.dash(at_cloudflare) == "https://c.example/made/manifest/video.mpd");
  CHECK(addresses.player(at_cloudflare) == "https://c.example/made/iframe");
  CHECK(addresses.thumbnail(at_cloudflare) == "https://c.example/made/thumbnails/thumbnail.jpg");
  CHECK(addresses.hls(at_mux) == "https://stream.mux.com/playback.m3u8");
  CHECK(addresses.thumbnail(at_mux) == "https://image.mux.com/playback/thumbnail.jpg");
  CHECK(addresses.latest_thumbnail_at_mux("live") == "https://image.mux.com/live/thumbnail.jpg?latest=true");
  CHECK_FALSE(addresses.dash(at_mux));
  CHECK_FALSE(addresses.player(at_mux));
  CHECK(addresses.name_at_cloudflare("made") == "made");
}

TEST_CASE("A private stream plays with the viewer's tokens") {
  const playback_addresses addresses{input, urls, all_tokens()};
  const std::string at = "https://c.example/";
  CHECK(place_of(addresses.hls(at_cloudflare), at, "/manifest/video.m3u8") == signature(0));
  CHECK(place_of(addresses.dash(at_cloudflare).value_or(""), at, "/manifest/video.mpd") == signature(0));
  CHECK(place_of(addresses.player(at_cloudflare).value_or(""), at, "/iframe") == signature(0));
  CHECK(place_of(addresses.thumbnail(at_cloudflare).value_or(""), at, "/thumbnails/thumbnail.jpg") ==
        signature(0));
  CHECK(place_of(addresses.hls(at_mux), "https://stream.mux.com/playback.m3u8?token=", "") == signature(2));
  CHECK(place_of(addresses.thumbnail(at_mux).value_or(""),
                 "https://image.mux.com/playback/thumbnail.jpg?token=", "") == signature(3));
}

TEST_CASE("Without a live input a recording at Cloudflare has the address that was stored, with the viewer's "
          "token, and no others") {
  const playback_addresses addresses{std::nullopt, urls, all_tokens()};
  CHECK(place_of(addresses.hls(at_cloudflare), "https://c.example/", "/manifest/video.m3u8") == signature(0));
  CHECK_FALSE(addresses.dash(at_cloudflare));
  CHECK_FALSE(addresses.player(at_cloudflare));
  CHECK_FALSE(addresses.thumbnail(at_cloudflare));
}

TEST_CASE("A file has an address only for a viewer who may download it, and once it was made and plays") {
  const playback_addresses may_not{input, urls, all_tokens()};
  CHECK_FALSE(may_not.file(at_cloudflare));
  CHECK_FALSE(may_not.file(at_mux));
  const playback_addresses may{input, urls, all_tokens(), true};
  CHECK(place_of(may.file(at_cloudflare).value_or(""), "https://c.example/", "/downloads/default.mp4") ==
        signature(1));
  CHECK(place_of(may.file(at_mux).value_or(""), "https://stream.mux.com/playback/highest.mp4?token=", "") ==
        signature(2));
  const playback_addresses of_public{input, urls, {}, true};
  CHECK(of_public.file(at_cloudflare) == "https://c.example/made/downloads/default.mp4");
  CHECK(of_public.file(at_mux) == "https://stream.mux.com/playback/highest.mp4");
  recording without_file = at_cloudflare;
  without_file.file = {};
  CHECK_FALSE(may.file(without_file));
  recording failed = at_cloudflare;
  failed.end.join(now + 1s, recording_state::failed);
  CHECK_FALSE(may.file(failed));
}

TEST_CASE("The token takes the place of the id, and a URL without the id stays as it is") {
  CHECK(streams::with_token("https://c.example/made/made.mp4", "made", "t") ==
        "https://c.example/t/made.mp4");
  CHECK(streams::with_token("https://c.example/x", "made", "t") == "https://c.example/x");
}

} // namespace signed_playback_test
