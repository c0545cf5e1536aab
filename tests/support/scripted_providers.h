// Scripts what the providers answer.
#pragma once

#include "edge/clock.h"
#include "json/writer.h"
#include "support/scripted_host.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace support {

// How old an object is in a list, unless a test says otherwise: as old as the grace period of reconcile.
inline constexpr std::chrono::minutes grace{15};

// Cloudflare's answers.
template <class Result>
void answers(scripted_host& to, Result result) {
  to.answers(200, json::object()
                      .set("result", std::move(result))
                      .set("success", true)
                      .set("errors", json::array())
                      .set("messages", json::array())
                      .dump());
}

inline void answers_list(scripted_host& to, json::array result) { answers(to, std::move(result)); }

inline std::string key_of(std::string_view live_stream) { return "key-" + std::string{live_stream}; }

// An object in a provider's list.
struct listed {
  std::string id;
  std::string tag;
  std::optional<edge::timestamp> created = scripted_host::start - grace;
  std::string status = "idle"; // of a live stream
};

inline void lists_inputs(scripted_host& to, const std::vector<listed>& all, std::size_t more = 0) {
  json::array inputs;
  for (const listed& each : all) {
    inputs.add(json::object()
                   .set("uid", each.id)
                   .set_if("created", each.created.transform(edge::format_timestamp))
                   .set("meta", json::object().set("streamId", each.tag)));
  }
  answers(to, json::object()
                  .set("liveInputs", std::move(inputs))
                  .set("total", static_cast<std::int64_t>(all.size() + more)));
}

inline json::object live_input(const std::string& id, std::string_view tag = "tag", bool is_private = false) {
  const std::string at = "https://customer-1.cloudflarestream.com/";
  return json::object()
      .set("uid", id)
      .set("webRTC", json::object().set("url", at + "secret/webRTC/publish"))
      .set("webRTCPlayback", json::object().set("url", at + id + "/webRTC/play"))
      .set("rtmps", json::object().set("url", "rtmps://live.example/live/").set("streamKey", "key"))
      .set("srt",
           json::object().set("url", "srt://live.example:778").set("streamId", "i").set("passphrase", "p"))
      .set("meta", json::object().set("streamId", tag))
      .set("recording", json::object().set("mode", "automatic").set("requireSignedURLs", is_private));
}

// One that exists, with what Cloudflare says of its encoder, if anything, since then.
inline void answers_input(scripted_host& to, const std::string& id, std::string_view state = {},
                          edge::timestamp since = scripted_host::start - std::chrono::hours{1}) {
  json::object result = live_input(id);
  if (!state.empty()) {
    result.set("status",
               json::object().set(
                   "current",
                   json::object().set("state", state).set("statusEnteredAt", edge::format_timestamp(since))));
  }
  answers(to, std::move(result));
}

inline json::object live_stream(const listed& what, bool is_private = false) {
  return json::object()
      .set("id", what.id)
      .set("stream_key", key_of(what.id))
      .set("status", what.status)
      .set("passthrough", what.tag)
      .set_if("created_at", what.created.transform([](edge::timestamp time) {
        return std::to_string(std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count());
      }))
      .set("playback_ids",
           json::array().add(
               json::object().set("id", "playback").set("policy", is_private ? "signed" : "public")));
}

// A page of Mux's list. Those of others fill it up to so many.
inline void lists_live_streams(scripted_host& to, const std::vector<listed>& all,
                               std::size_t filled_up_to = 0) {
  json::array data;
  for (const listed& each : all) {
    data.add(live_stream(each));
  }
  for (std::size_t i = all.size(); i < filled_up_to; ++i) {
    data.add(live_stream(
        {.id = "other" + std::to_string(i), .tag = "of-others", .created = scripted_host::start}));
  }
  to.answers(200, json::object().set("data", std::move(data)).dump());
}

inline void answers_live_stream(scripted_host& to, const std::string& id, bool is_private = false) {
  to.answers(200, json::object().set("data", live_stream({.id = id, .tag = "tag"}, is_private)).dump());
}

struct listed_output {
  std::string id;
  std::string feeds; // a live stream
  bool enabled = true;
  std::string url = "rtmps://x.example/app";
};

inline json::object output(const listed_output& what) {
  return json::object()
      .set("uid", what.id)
      .set("url", what.url)
      .set("streamKey", key_of(what.feeds))
      .set("enabled", what.enabled);
}

inline void lists_outputs(scripted_host& to, const std::vector<listed_output>& all) {
  json::array outputs;
  for (const listed_output& each : all) {
    outputs.add(output(each));
  }
  answers_list(to, std::move(outputs));
}

inline void answers_output(scripted_host& to, const listed_output& what) { answers(to, output(what)); }

// The recordings of a live input.
inline void lists_videos(scripted_host& to, const std::vector<std::string>& ids,
                         const std::string& input = "input") {
  json::array videos;
  for (const std::string& each : ids) {
    videos.add(json::object()
                   .set("uid", each)
                   .set("liveInput", input)
                   .set("status", json::object().set("state", "ready"))
                   .set("modified", edge::format_timestamp(scripted_host::start)));
  }
  answers_list(to, std::move(videos));
}

struct listed_asset {
  std::string id;
  std::string playback = "playback";
  bool is_private = false;
  std::string other = {}; // a playback id of the other policy, which stands behind that
};

inline json::object asset(const listed_asset& what, const std::string& live_stream = "live") {
  const auto playback = [](const std::string& of, bool is_private) {
    return json::object().set("id", of).set("policy", is_private ? "signed" : "public");
  };
  json::array playback_ids;
  playback_ids.add(playback(what.playback, what.is_private));
  if (!what.other.empty()) {
    playback_ids.add(playback(what.other, !what.is_private));
  }
  return json::object()
      .set("id", what.id)
      .set("status", "ready")
      .set("live_stream_id", live_stream)
      .set("playback_ids", std::move(playback_ids));
}

// The recordings of a live stream.
inline void lists_assets(scripted_host& to, const std::vector<listed_asset>& all) {
  json::array data;
  for (const listed_asset& each : all) {
    data.add(asset(each));
  }
  to.answers(200, json::object().set("data", std::move(data)).dump());
}

inline void answers_asset(scripted_host& to, const listed_asset& what) {
  to.answers(200, json::object().set("data", asset(what)).dump());
}

// That an object is not there, or that a call is not allowed. Trying again would change nothing.
inline void finds_nothing(scripted_host& to) { to.answers(404, R"({"success":false,"errors":[]})"); }
inline void refuses(scripted_host& to) { to.answers(403, R"({"success":false,"errors":[]})"); }

// A call that only has to succeed.
inline void deletes(scripted_host& to, bool at_mux = false) {
  to.answers(at_mux ? 204 : 200, at_mux ? "" : R"({"success":true,"result":null,"errors":[]})");
}

} // namespace support
