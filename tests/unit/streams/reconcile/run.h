// One run of reconcile against a script, and what the providers' lists hold.
#pragma once

#include "edge/clock.h"
#include "edge/environment.h"
#include "json/writer.h"
#include "streams/model/stream.h"
#include "streams/model/stream_id.h"
#include "streams/reconcile/memory.h"
#include "streams/reconcile/round.h"
#include "streams/settings/settings.h"
#include "support/scripted_host.h"
#include "support/scripted_store.h"
#include "unit/api/calling.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reconcile_test {

inline constexpr std::string_view deployment_id = "0123456789abcdef";
inline constexpr std::chrono::minutes grace{15};
inline constexpr edge::timestamp now = support::scripted_host::start;

inline edge::environment settings_with_mux() {
  edge::environment all = support::api_settings();
  all.set("MUX_TOKEN_ID", "id");
  all.set("MUX_TOKEN_SECRET", "secret");
  return all;
}

inline streams::settings read(const edge::environment& from) {
  auto settings = streams::settings::read(from);
  REQUIRE(settings);
  return *std::move(settings);
}

struct run {
  explicit run(const edge::environment& from = settings_with_mux()) : world(from), with(read(from)) {
    world.run(round.learn_deployment(deployment_id));
  }

  support::scripted_host world;
  streams::settings with;
  streams::reconcile_memory memory;
  streams::reconcile_round round{world.host(), with, memory};
};

// Different numbers have different streams. All were made an hour ago.
inline std::string stream_id(int number) {
  return streams::make_stream_id(now - std::chrono::hours{1}, std::to_string(1'000'000'000 + number));
}

inline std::string tag_of(std::string_view stream, std::string_view deployment = deployment_id) {
  return streams::tag_of(std::string{"main-"}.append(deployment), stream);
}

// A stream of "owner" that nobody has broadcast to.
inline streams::stream_record stream_at(const std::string& id, std::string_view input = "input",
                                        std::string_view live_stream = {}) {
  streams::stream_record record = support::quiet_stream();
  record.id = id;
  record.cloudflare = streams::cloudflare_side{std::string{input}, "https://c.example"};
  if (!live_stream.empty()) {
    record.mux = streams::mux_side{std::string{live_stream}, "playback", "output"};
  }
  return record;
}

struct listed {
  std::string id;
  std::string tag;
  std::optional<edge::timestamp> created = now - grace;
  std::string status = "idle"; // of a live stream
};

// Cloudflare's answers.
inline void answers(run& to, json::object result) {
  to.world.answers(200, json::object()
                            .set("result", std::move(result))
                            .set("success", true)
                            .set("errors", json::array())
                            .set("messages", json::array())
                            .dump());
}

inline void lists_inputs(run& to, const std::vector<listed>& all, std::size_t more = 0) {
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

// One that exists, with what Cloudflare says of its encoder, if anything, since then.
inline void answers_input(run& to, const std::string& id, std::string_view state = {},
                          edge::timestamp since = now - std::chrono::hours{1}) {
  const std::string at = "https://customer-1.cloudflarestream.com/";
  json::object result;
  result.set("uid", id)
      .set("webRTC", json::object().set("url", at + "secret/webRTC/publish"))
      .set("webRTCPlayback", json::object().set("url", at + id + "/webRTC/play"))
      .set("rtmps", json::object().set("url", "rtmps://live.example/live/").set("streamKey", "key"))
      .set("srt",
           json::object().set("url", "srt://live.example:778").set("streamId", "i").set("passphrase", "p"))
      .set("recording", json::object().set("mode", "automatic").set("requireSignedURLs", false));
  if (!state.empty()) {
    result.set("status",
               json::object().set(
                   "current",
                   json::object().set("state", state).set("statusEnteredAt", edge::format_timestamp(since))));
  }
  answers(to, std::move(result));
}

inline std::string key_of(std::string_view live_stream) { return "key-" + std::string{live_stream}; }

inline json::object live_stream(const listed& what) {
  return json::object()
      .set("id", what.id)
      .set("stream_key", key_of(what.id))
      .set("status", what.status)
      .set("passthrough", what.tag)
      .set_if("created_at", what.created.transform([](edge::timestamp time) {
        return std::to_string(std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count());
      }))
      .set("playback_ids", json::array().add(json::object().set("id", "playback").set("policy", "public")));
}

// A page of Mux's list. Those of others fill it up to so many.
inline void lists_live_streams(run& to, const std::vector<listed>& all, std::size_t filled_up_to = 0) {
  json::array data;
  for (const listed& each : all) {
    data.add(live_stream(each));
  }
  for (std::size_t i = all.size(); i < filled_up_to; ++i) {
    data.add(live_stream({.id = "other" + std::to_string(i), .tag = "of-others", .created = now}));
  }
  to.world.answers(200, json::object().set("data", std::move(data)).dump());
}

inline void answers_live_stream(run& to, const std::string& id) {
  to.world.answers(200, json::object().set("data", live_stream({.id = id, .tag = "tag"})).dump());
}

struct listed_output {
  std::string id;
  std::string feeds; // a live stream
  bool enabled = true;
};

inline void answers_list(run& to, json::array result) {
  to.world.answers(200, json::object()
                            .set("result", std::move(result))
                            .set("success", true)
                            .set("errors", json::array())
                            .dump());
}

inline void lists_outputs(run& to, const std::vector<listed_output>& all) {
  json::array outputs;
  for (const listed_output& each : all) {
    outputs.add(json::object()
                    .set("uid", each.id)
                    .set("url", "rtmps://x.example/app")
                    .set("streamKey", key_of(each.feeds))
                    .set("enabled", each.enabled));
  }
  answers_list(to, std::move(outputs));
}

// A call that only has to succeed.
inline void deletes(run& to, bool at_mux = false) {
  to.world.answers(at_mux ? 204 : 200, at_mux ? "" : R"({"success":true,"result":null,"errors":[]})");
}

} // namespace reconcile_test
