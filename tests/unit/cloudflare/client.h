// A Cloudflare Stream client against a script, for tests of its requests and results.
#pragma once

#include "cloudflare/api.h"
#include "support/scripted_client.h"

#include <string>
#include <string_view>
#include <utility>

namespace cloudflare_test {

inline const cloudflare::settings with_token{.api_url = "https://api.cloudflare.com/client/v4",
                                             .account_id = "f0e1d2c3b4a5968778695a4b3c2d1e0f",
                                             .api_token = crypto::secret("api-token"),
                                             .webhook_secrets = {},
                                             .notification_secrets = {},
                                             .playback_hosts = {"cloudflarestream.com"}};

inline constexpr std::string_view stream =
    "https://api.cloudflare.com/client/v4/accounts/f0e1d2c3b4a5968778695a4b3c2d1e0f/stream";
inline constexpr std::string_view live_inputs =
    "https://api.cloudflare.com/client/v4/accounts/f0e1d2c3b4a5968778695a4b3c2d1e0f/stream/live_inputs";
inline constexpr std::string_view input = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

// The live input with that id, as Cloudflare returns it.
inline const std::string made =
    R"({"result":{"uid":"0f1e2d3c4b5a69788796a5b4c3d2e1f0","created":"2026-09-20T10:52:04.856545Z",)"
    R"("modified":"2026-09-20T10:52:04.856545Z","enabled":true,"meta":{"name":"Court 3","streamId":"st_01JB7"},)"
    R"("status":null,"rtmps":{"url":"rtmps://live.cloudflare.com:443/live/","streamKey":"rtmps-key"},)"
    R"("rtmpsPlayback":{"url":"rtmps://live.cloudflare.com:443/live/","streamKey":"playback-key"},)"
    R"("srt":{"url":"srt://live.cloudflare.com:778","streamId":"srt-id","passphrase":"srt-pass"},)"
    R"("webRTC":{"url":"https://customer-abc.cloudflarestream.com/WHIPSECRET/webRTC/publish"},)"
    R"("webRTCPlayback":{"url":"https://customer-abc.cloudflarestream.com/0f1e2d3c4b5a69788796a5b4c3d2e1f0/webRTC/play"},)"
    R"("playback":{"hls":"https://customer-abc.cloudflarestream.com/0f1e2d3c4b5a69788796a5b4c3d2e1f0/manifest/video.m3u8",)"
    R"("dash":"https://customer-abc.cloudflarestream.com/0f1e2d3c4b5a69788796a5b4c3d2e1f0/manifest/video.mpd"},)"
    R"("recording":{"mode":"automatic","timeoutSeconds":60,"requireSignedURLs":false,"allowedOrigins":null}},)"
    R"("success":true,"errors":[],"messages":[]})";

inline std::string enveloped(std::string_view result) {
  return R"({"result":)" + std::string(result) + R"(,"success":true,"errors":[],"messages":[]})";
}

inline std::string refused(int code, std::string_view message = "secret words") {
  return R"({"result":null,"success":false,"errors":[{"code":)" + std::to_string(code) + R"(,"message":")" +
         std::string(message) + R"("}],"messages":null})";
}

inline cloudflare::api client(support::scripted_host& world) {
  return {world.host(), with_token, world.soon()};
}

template <class Call>
auto answered(int status, std::string body, Call call) {
  return support::answered<cloudflare::api>(with_token, status, std::move(body), std::move(call));
}

template <class Call>
edge::operation::fetch asked_by(int status, std::string body, Call call) {
  return support::asked_by<cloudflare::api>(with_token, status, std::move(body), std::move(call));
}

using support::is_rejected;
using support::with;

} // namespace cloudflare_test
