#include "livekit/api.h"

#include "crypto/jwt.h"
#include "json/reader.h"
#include "json/writer.h"
#include "providers/fields.h"

#include <algorithm>
#include <chrono>
#include <optional>

namespace livekit {

namespace {

constexpr std::string_view identity = "phone";
constexpr std::size_t longest_text = 1024;
// Several thousand ingresses.
constexpr std::uint32_t longest_list = 4 * 1024 * 1024;

// Ids are in the bodies.
constexpr providers::dialect dialect{.is_id = edge::is_visible_text};

// With every grant that the calls need, until no call of this client can begin any more.
std::string authorization(const settings& with, edge::timestamp now, edge::timestamp deadline) {
  const auto seconds = [](edge::timestamp time) {
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
  };
  // LiveKit's clock may be behind ours, or before it.
  constexpr std::chrono::seconds leeway{60};
  const std::string claims =
      json::object()
          .set("iss", with.api_key)
          .set("nbf", seconds(now - leeway))
          .set("exp", seconds(deadline + leeway))
          .set("video", json::object().set("ingressAdmin", true).set("roomRecord", true))
          .dump();
  // The settings guarantee a key that is long enough.
  return "Bearer " + crypto::sign_hs256(claims, with.api_secret).value_or("");
}

// Twirp writes names as they are in the protocol, or in camel case, as the server is configured.
json::value member_of(const json::value& from, std::string_view name, std::string_view in_camel_case) {
  const json::value found = from[name];
  return found.exists() ? found : from[in_camel_case];
}

picture picture_in(const json::value& from) {
  const std::int64_t width = from["width"].integer().value_or(0);
  const std::int64_t height = from["height"].integer().value_or(0);
  return width <= 0 || height <= 0 ? picture::unknown : height > width ? picture::tall : picture::wide;
}

std::optional<ingress> ingress_in(const json::value& from) {
  const auto usable = [](const json::value& text) {
    const auto found = text.text().value_or("");
    return providers::is_made_of(found, longest_text, edge::is_visible) ? std::string{found} : std::string{};
  };
  ingress found{.id = usable(member_of(from, "ingress_id", "ingressId")),
                .name = from["name"].text_or_empty(),
                .room = member_of(from, "room_name", "roomName").text_or_empty(),
                .url = usable(from["url"]),
                .stream_key = crypto::secret{usable(member_of(from, "stream_key", "streamKey"))},
                .is_publishing = from["state"]["status"].text() == "ENDPOINT_PUBLISHING",
                .picture = picture_in(from["state"]["video"])};
  const bool is_whole = !found.id.empty() && !found.url.empty() && !found.stream_key.empty();
  return is_whole ? std::optional{std::move(found)} : std::nullopt;
}

std::string of_room(std::string_view room) { return json::object().set("roomName", room).dump(); }

} // namespace

api::api(edge::host& host, const settings& with, edge::timestamp deadline)
    : client_(host, deadline, dialect, with.url + "/twirp/livekit.",
              edge::headers{{"Authorization", authorization(with, host.now(), deadline)}}) {}

edge::task<edge::outcome<std::vector<ingress>>> api::list_ingresses(std::string_view room) {
  const auto answer = co_await client_.ask({.label = "livekit-list-ingresses",
                                            .step = "find the LiveKit ingress",
                                            .method = "POST",
                                            .path = "Ingress/ListIngress",
                                            .body = of_room(room),
                                            .limit = longest_list});
  std::vector<ingress> found;
  for (const json::value& each : answer.root()["items"].elements()) {
    if (auto one = ingress_in(each); one && (room.empty() || one->room == room)) {
      found.push_back(std::move(*one));
    }
  }
  std::ranges::sort(found, {}, &ingress::id);
  co_return found;
}

edge::task<edge::outcome<ingress>> api::create_ingress(std::string_view room, std::string_view name) {
  constexpr std::string_view step = "create the LiveKit ingress";
  const auto answer = co_await client_.ask({.label = "livekit-create-ingress",
                                            .step = step,
                                            .method = "POST",
                                            .path = "Ingress/CreateIngress",
                                            .body = json::object()
                                                        .set("inputType", "WHIP_INPUT")
                                                        .set("name", name)
                                                        .set("roomName", room)
                                                        .set("participantIdentity", identity)
                                                        .set("participantName", "Phone")
                                                        .set("enableTranscoding", false)
                                                        .dump()});
  auto made = ingress_in(answer.root());
  if (!made || made->room != room) {
    co_return std::unexpected(providers::malformed(step));
  }
  co_return std::move(*made);
}

edge::task<edge::status> api::delete_ingress(std::string_view id) {
  return client_.carry_out({.label = "livekit-delete-ingress",
                            .step = "delete the LiveKit ingress",
                            .method = "POST",
                            .path = "Ingress/DeleteIngress",
                            .body = json::object().set("ingressId", id).dump()},
                           edge::error_kind::not_found);
}

edge::task<edge::outcome<bool>> api::has_egress(std::string_view room) {
  const auto answer =
      co_await client_.ask({.label = "livekit-list-egress",
                            .step = "find the LiveKit egress",
                            .method = "POST",
                            .path = "Egress/ListEgress",
                            .body = json::object().set("roomName", room).set("active", true).dump()});
  co_return !answer.root()["items"].elements().empty();
}

edge::task<edge::status> api::start_egress(std::string_view room, const crypto::secret& to, picture shape) {
  const bool is_tall = shape == picture::tall;
  // Cloudflare takes H.264 with a key frame every 2 to 10 s, and AAC.
  return client_.carry_out(
      {.label = "livekit-start-egress",
       .step = "start the LiveKit egress",
       .method = "POST",
       .path = "Egress/StartParticipantEgress",
       .body = json::object()
                   .set("roomName", room)
                   .set("identity", identity)
                   .set("streamOutputs",
                        json::array().add(
                            json::object().set("protocol", "RTMP").set("urls", json::array().add(to.text()))))
                   .set("advanced", json::object()
                                        .set("width", is_tall ? 720 : 1280)
                                        .set("height", is_tall ? 1280 : 720)
                                        .set("framerate", 30)
                                        .set("videoCodec", "H264_MAIN")
                                        .set("videoBitrate", 3000)
                                        .set("keyFrameInterval", 2)
                                        .set("audioCodec", "AAC")
                                        .set("audioBitrate", 128))
                   .dump()});
}

} // namespace livekit
