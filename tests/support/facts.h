// Facts of one stream, timed in seconds of its broadcast, for tests of the fold.
#pragma once

#include "cloudflare/fact.h"
#include "edge/clock.h"
#include "mux/fact.h"
#include "streams/model/broadcast_state.h"
#include "streams/model/change.h"

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace support {

inline edge::timestamp second(double number) {
  return edge::timestamp{std::chrono::seconds{1'790'000'000}} +
         std::chrono::microseconds{static_cast<std::int64_t>(number * 1e6)};
}

// A duration in thousandths of a second.
inline edge::milliseconds seconds(double number) {
  return std::chrono::round<edge::milliseconds>(std::chrono::duration<double>{number});
}

inline mux::fact of_live_stream(mux::fact_kind kind, double at,
                                std::optional<std::string> asset = std::nullopt) {
  return {.event_id = "event-" + std::string{name_of(kind)} + '-' + std::to_string(at),
          .kind = kind,
          .at = second(at),
          .live_stream_id = "livestream",
          .asset_id = std::move(asset)};
}

struct about_asset {
  std::optional<std::string> playback = std::nullopt;
  std::optional<bool> is_live = std::nullopt;
  std::optional<double> duration = std::nullopt;
};

inline mux::fact of_asset(mux::fact_kind kind, double at, std::string asset, about_asset more = {}) {
  mux::fact said = of_live_stream(kind, at, std::move(asset));
  if (more.playback) {
    said.playback = {.id = *more.playback, .policy = mux::playback_policy::public_playback};
  }
  said.is_live = more.is_live;
  said.duration = more.duration.transform(seconds);
  return said;
}

inline cloudflare::fact of_input(cloudflare::fact_kind kind, double at,
                                 std::optional<std::string> error = std::nullopt) {
  return {.event_id = "event",
          .kind = kind,
          .at = second(at),
          .live_input_id = "liveinput",
          .error_code = std::move(error)};
}

inline cloudflare::fact of_video(cloudflare::fact_kind kind, double at, std::string video, double created,
                                 std::optional<double> duration = std::nullopt) {
  return {.event_id = "event",
          .kind = kind,
          .at = second(at),
          .live_input_id = "liveinput",
          .video_id = video,
          .created = second(created),
          .duration = duration.transform(seconds),
          .hls_url = "https://customer-1.cloudflarestream.com/" + video + "/manifest/video.m3u8"};
}

inline streams::change session_begun(double at, const std::string& id = "a", const std::string& relay = {}) {
  return {.id = "begun" + id,
          .kind = streams::change_kind::publishing_begun,
          .at = second(at),
          .session = {.id = id, .begun = second(at), .relay = relay}};
}

inline streams::change session_ended(double begun, const std::string& id, double at) {
  return {.id = "gone" + id,
          .kind = streams::change_kind::publishing_ended,
          .at = second(at),
          .session = {.id = id, .begun = second(begun)}};
}

using any_fact = std::variant<mux::fact, cloudflare::fact, streams::change>;

inline streams::broadcast_state state_of(const std::vector<any_fact>& facts) {
  streams::broadcast_state state;
  for (const any_fact& each : facts) {
    std::visit([&](const auto& said) { state.fold(said); }, each);
  }
  return state;
}

inline std::string status(const std::vector<any_fact>& facts, double now) {
  return std::string{name_of(state_of(facts).status(second(now)))};
}

} // namespace support
