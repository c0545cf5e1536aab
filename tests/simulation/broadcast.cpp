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

constexpr std::string_view notification_header = "cf-webhook-auth";
constexpr std::string_view playback_id = "playbackIdOfTheRecording00000000000000000001";

class teller {
public:
  explicit teller(const told_broadcast& what) : of_(what) {}

  [[nodiscard]] delivery mux_stream(std::string_view type, int second, std::string_view status) const {
    json::object data;
    data.set("id", of_.live_stream.id)
        .set("status", status)
        .set("stream_key", of_.live_stream.stream_key)
        .set("passthrough", of_.live_stream.passthrough)
        .set("active_asset_id", of_.mux_asset);
    return from_mux(type, second, std::move(data));
  }

  [[nodiscard]] delivery mux_asset(std::string_view type, int second, bool live, double duration) const {
    json::object data;
    data.set("id", of_.mux_asset)
        .set("live_stream_id", of_.live_stream.id)
        .set("passthrough", of_.live_stream.passthrough);
    if (duration > 0) {
      data.set("duration", support::seconds(duration));
    }
    if (live) {
      data.set("is_live", true)
          .set("playback_ids",
               json::array().add(
                   json::object().set("id", of_.playback_id).set("policy", of_.live_stream.policy)));
    }
    return from_mux(type, second, std::move(data));
  }

  [[nodiscard]] delivery input(std::string_view type, int second) const {
    json::object data;
    data.set("notification_name", "Stream Live Input")
        .set("input_id", of_.live_input)
        .set("event_type", type)
        .set("updated_at", time(second));
    return {.name = "cloudflare " + std::string{type},
            .second = second,
            .request = to("/api/webhooks/stream-status", std::string{notification_header}),
            .body = json::object().set("name", "Live").set("text", "…").set("data", std::move(data)).dump()};
  }

  [[nodiscard]] delivery video(std::string_view state, int second, double duration) const {
    const std::string url = "https://customer-m033z5x00ks6nunl.cloudflarestream.com/" + of_.cloudflare_video;
    json::object body;
    body.set("uid", of_.cloudflare_video)
        .set("status", json::object().set("state", state))
        .set("liveInput", of_.live_input)
        .set("created", time(0))
        .set("modified", time(second))
        .set("duration", support::seconds(duration))
        .set("playback", json::object().set("hls", url + "/manifest/video.m3u8"));
    return {.name = "cloudflare " + std::string{state},
            .second = second,
            .request = to("/api/webhooks/stream-status", std::string{cloudflare::signature_header}),
            .body = body.dump()};
  }

private:
  // Unsigned.
  static edge::request to(std::string_view path, std::string header) {
    return {.method = "POST",
            .url = "https://whip.example" + std::string{path},
            .headers = {{"content-type", "application/json"}, {std::move(header), ""}}};
  }

  [[nodiscard]] std::string time(int second) const {
    return edge::format_timestamp(of_.begin + std::chrono::seconds{second});
  }

  [[nodiscard]] delivery from_mux(std::string_view type, int second, json::object&& data) const {
    // Derived from the event, so that every delivery has the same one.
    const std::string id = of_.mux_asset + '-' + std::to_string(type.size()) + '-' + std::to_string(second);
    return {.name = "mux " + std::string{type},
            .second = second,
            .request = to("/api/webhooks/mux", std::string{mux::signature_header}),
            .body = json::object()
                        .set("type", type)
                        .set("id", id)
                        .set("created_at", time(second))
                        .set("data", std::move(data))
                        .set("attempts", json::array())
                        .dump()};
  }

  const told_broadcast& of_;
};

} // namespace

std::vector<delivery> beginning_of(const told_broadcast& what) {
  const teller tell{what};
  std::vector<delivery> all;
  if (!what.live_input.empty()) {
    all = {tell.input("live_input.connected", 0), tell.video("live-inprogress", 2, -1)};
  }
  if (!what.live_stream.id.empty()) {
    all.push_back(tell.mux_stream("video.live_stream.connected", 3, "idle"));
    all.push_back(tell.mux_asset("video.asset.created", 3, true, 0));
    all.push_back(tell.mux_stream("video.live_stream.recording", 7, "idle"));
    all.push_back(tell.mux_asset("video.asset.ready", 14, true, 10.043));
    all.push_back(tell.mux_stream("video.live_stream.active", 15, "active"));
  }
  return all;
}

std::vector<delivery> end_of(const told_broadcast& what, std::chrono::seconds length) {
  const teller tell{what};
  const int end = static_cast<int>(length.count());
  std::vector<delivery> all;
  if (!what.live_input.empty()) {
    all.push_back(tell.input("live_input.disconnected", end));
  }
  if (!what.live_stream.id.empty()) {
    all.push_back(tell.mux_stream("video.live_stream.disconnected", end + 2, "active"));
    all.push_back(tell.mux_stream("video.live_stream.idle", end + 3, "idle"));
    all.push_back(tell.mux_asset("video.asset.live_stream_completed", end + 3, false, end - 1.5));
  }
  if (!what.live_input.empty()) {
    all.push_back(tell.video("ready", end + 20, end));
  }
  return all;
}

std::vector<delivery> broadcast(const world& around, edge::timestamp begin, const std::string& mux_asset,
                                const std::string& cloudflare_video, const std::string& stream_id) {
  constexpr std::chrono::seconds length{60};
  const auto input = std::ranges::find_if(around.cloudflare().live_inputs(),
                                          [&](const auto& each) { return each.tag.ends_with(stream_id); });
  const auto live_stream = std::ranges::find_if(
      around.mux().live_streams(), [&](const auto& each) { return each.passthrough.ends_with(stream_id); });
  const told_broadcast told{.begin = begin,
                            .live_input = input->id,
                            .live_stream = *live_stream,
                            .mux_asset = mux_asset,
                            .playback_id = std::string{playback_id},
                            .cloudflare_video = cloudflare_video};
  std::vector<delivery> all = beginning_of(told);
  std::ranges::move(end_of(told, length), std::back_inserter(all));
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
  const auto secret = [&](std::string_view name) {
    return crypto::secret{std::string{around.settings().get(name, "")}};
  };
  edge::headers fields;
  for (const auto& [name, value] : what.request.headers) {
    if (name == mux::signature_header) {
      fields.add(name, mux::signature_scheme.sign(what.body, secret("MUX_WEBHOOK_SECRETS"), now));
    } else if (name == cloudflare::signature_header) {
      fields.add(name,
                 cloudflare::signature_scheme.sign(what.body, secret("CLOUDFLARE_WEBHOOK_SECRETS"), now));
    } else if (name == notification_header) {
      fields.add(name, std::string{around.settings().get("CLOUDFLARE_NOTIFICATION_SECRETS", "")});
    } else {
      fields.add(name, value);
    }
  }
  what.request.headers = std::move(fields);
  return what;
}

} // namespace simulation
