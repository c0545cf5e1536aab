#include "simulation/broadcast.h"

#include "cloudflare/webhook.h"
#include "json/writer.h"
#include "mux/webhook.h"
#include "simulation/deployment.h"
#include "support/facts.h"

#include <algorithm>
#include <chrono>
#include <string_view>

namespace simulation {

namespace {

constexpr std::string_view playback_id = "playbackIdOfTheRecording00000000000000000001";

class teller {
public:
  teller(const world& around, edge::timestamp begin, std::string asset, std::string video,
         const std::string& stream_id)
      : input_(std::ranges::find_if(around.cloudflare().live_inputs(),
                                    [&](const auto& each) { return each.tag.ends_with(stream_id); })
                   ->id),
        live_stream_(
            *std::ranges::find_if(around.mux().live_streams(),
                                  [&](const auto& each) { return each.passthrough.ends_with(stream_id); })),
        begin_(begin), asset_(std::move(asset)), video_(std::move(video)) {}

  [[nodiscard]] delivery mux_stream(std::string_view type, int second, std::string_view status) const {
    json::object data;
    data.set("id", live_stream_.id)
        .set("status", status)
        .set("stream_key", live_stream_.stream_key)
        .set("passthrough", live_stream_.passthrough)
        .set("active_asset_id", asset_);
    return from_mux(type, second, std::move(data));
  }

  [[nodiscard]] delivery mux_asset(std::string_view type, int second, bool live, double duration) const {
    json::object data;
    data.set("id", asset_)
        .set("live_stream_id", live_stream_.id)
        .set("passthrough", live_stream_.passthrough);
    if (duration > 0) {
      data.set("duration", support::seconds(duration));
    }
    if (live) {
      data.set("is_live", true)
          .set("playback_ids",
               json::array().add(json::object().set("id", playback_id).set("policy", "public")));
    }
    return from_mux(type, second, std::move(data));
  }

  [[nodiscard]] delivery input(std::string_view type, int second) const {
    json::object data;
    data.set("notification_name", "Stream Live Input")
        .set("input_id", input_)
        .set("event_type", type)
        .set("updated_at", time(second));
    return {.name = "cloudflare " + std::string{type},
            .request = to("/api/webhooks/stream-status", "cf-webhook-auth", std::string{notification_secret}),
            .body = json::object().set("name", "Live").set("text", "…").set("data", std::move(data)).dump()};
  }

  [[nodiscard]] delivery video(std::string_view state, int second, double duration) const {
    const std::string url = "https://customer-m033z5x00ks6nunl.cloudflarestream.com/" + video_;
    json::object body;
    body.set("uid", video_)
        .set("status", json::object().set("state", state))
        .set("liveInput", input_)
        .set("created", time(0))
        .set("modified", time(second))
        .set("duration", support::seconds(duration))
        .set("playback", json::object().set("hls", url + "/manifest/video.m3u8"));
    return {.name = "cloudflare " + std::string{state},
            .request = to("/api/webhooks/stream-status", std::string{cloudflare::signature_header}, ""),
            .body = body.dump()};
  }

private:
  static edge::request to(std::string_view path, std::string header, std::string value) {
    return {.method = "POST",
            .url = "https://whip.example" + std::string{path},
            .headers = {{"content-type", "application/json"}, {std::move(header), std::move(value)}}};
  }

  [[nodiscard]] std::string time(int second) const {
    return edge::format_timestamp(begin_ + std::chrono::seconds{second});
  }

  [[nodiscard]] delivery from_mux(std::string_view type, int second, json::object&& data) const {
    // Derived from the event, so that every delivery has the same one.
    const std::string id = asset_ + '-' + std::to_string(type.size()) + '-' + std::to_string(second);
    return {.name = "mux " + std::string{type},
            .request = to("/api/webhooks/mux", std::string{mux::signature_header}, ""),
            .body = json::object()
                        .set("type", type)
                        .set("id", id)
                        .set("created_at", time(second))
                        .set("data", std::move(data))
                        .set("attempts", json::array())
                        .dump()};
  }

  std::string input_;
  model_mux::live_stream live_stream_;
  edge::timestamp begin_;
  std::string asset_;
  std::string video_;
};

} // namespace

std::vector<delivery> broadcast(const world& around, edge::timestamp begin, const std::string& mux_asset,
                                const std::string& cloudflare_video, const std::string& stream_id) {
  const teller tell{around, begin, mux_asset, cloudflare_video, stream_id};
  std::vector<delivery> all{tell.input("live_input.connected", 0),
                            tell.video("live-inprogress", 2, -1),
                            tell.mux_stream("video.live_stream.connected", 3, "idle"),
                            tell.mux_asset("video.asset.created", 3, true, 0),
                            tell.mux_stream("video.live_stream.recording", 7, "idle"),
                            tell.mux_asset("video.asset.ready", 14, true, 10.043),
                            tell.mux_stream("video.live_stream.active", 15, "active"),
                            tell.input("live_input.disconnected", 60),
                            tell.mux_stream("video.live_stream.disconnected", 62, "active"),
                            tell.mux_stream("video.live_stream.idle", 63, "idle"),
                            tell.mux_asset("video.asset.live_stream_completed", 63, false, 58.5),
                            tell.video("ready", 80, 60)};
  for (delivery& each : all) {
    each = sign(around, std::move(each));
  }
  return all;
}

void take_place(world& around, edge::timestamp begin, const std::string& mux_asset,
                const std::string& cloudflare_video) {
  using std::chrono::milliseconds;
  around.cloudflare().broadcast({.id = cloudflare_video,
                                 .live_input_id = around.cloudflare().live_inputs().front().id,
                                 .begun = begin,
                                 .ended = begin + milliseconds{60'000}});
  around.mux().broadcast({.id = mux_asset,
                          .live_stream_id = around.mux().live_streams().front().id,
                          .playback_id = std::string{playback_id},
                          .begun = begin + milliseconds{3000},
                          .ended = begin + milliseconds{61'500}});
}

delivery sign(const world& around, delivery what) {
  const auto now = std::chrono::floor<std::chrono::seconds>(around.now().time_since_epoch()).count();
  edge::headers fields;
  for (const auto& [name, value] : what.request.headers) {
    if (name == mux::signature_header) {
      fields.add(name,
                 mux::signature_scheme.sign(what.body, crypto::secret{std::string{mux_webhook_secret}}, now));
    } else if (name == cloudflare::signature_header) {
      fields.add(name, cloudflare::signature_scheme.sign(
                           what.body, crypto::secret{std::string{cloudflare_webhook_secret}}, now));
    } else {
      fields.add(name, value);
    }
  }
  what.request.headers = std::move(fields);
  return what;
}

} // namespace simulation
