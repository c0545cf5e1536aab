// Videos of the model of Cloudflare Stream: recordings, copies and clips.
#include "json/reader.h"
#include "json/writer.h"
#include "simulation/model_cloudflare.h"
#include "simulation/model_cloudflare_answers.h"

#include <algorithm>

namespace simulation {

namespace {

using cloudflare_answers::give;
using cloudflare_answers::refuse;
using answer = edge::operation::fetch::result;

const std::string customer{model_cloudflare::playback};

std::string time_of(edge::timestamp at) { return edge::format_timestamp(at); }

json::object view_of_video(const model_cloudflare::video& video, edge::timestamp now) {
  const bool live = now < video.ended || video.stuck;
  const auto length = std::chrono::floor<edge::milliseconds>(video.ended - video.begun);
  return json::object()
      .set("uid", video.id)
      .set("liveInput", video.live_input_id)
      .set("status", json::object().set("state", live ? "live-inprogress" : "ready"))
      .set("readyToStream", true)
      .set("duration", live ? edge::milliseconds{-1000} : length)
      .set("created", time_of(video.begun))
      .set("modified", time_of(live ? video.begun : video.ended))
      .set("playback", json::object().set("hls", customer + video.id + "/manifest/video.m3u8"));
}

json::object view_of_video(const model_cloudflare::made_video& video, edge::timestamp now) {
  const bool is_done = now >= video.made + std::chrono::minutes{2};
  json::object meta;
  meta.set("name", "a title").set("madeOf", video.of);
  if (!video.source.empty()) {
    meta.set("downloaded-from", video.source);
  }
  json::object status;
  status.set("state", !is_done ? "inprogress" : video.fails ? "error" : "ready");
  if (is_done && video.fails) {
    status.set("errorReasonCode", "ERR_FETCH_ORIGIN_ERROR");
  } else {
    status.set("pctComplete", is_done ? "100.000000" : "40.000000");
  }
  return json::object()
      .set("uid", video.id)
      .set("creator", video.creator)
      .set("meta", std::move(meta))
      .set("status", std::move(status))
      .set("duration", is_done ? std::chrono::minutes{5} : edge::milliseconds{-1000})
      .set("created", time_of(video.made))
      .set("modified", time_of(video.made))
      .set("playback", json::object().set("hls", customer + video.id + "/manifest/video.m3u8"));
}

} // namespace

// The state of the newest broadcast; null before the first.
std::optional<json::object> model_cloudflare::status_of(std::string_view input) const {
  const video* newest = nullptr;
  for (const video& each : videos_) {
    if (each.live_input_id == input && each.begun <= now_) {
      newest = &each;
    }
  }
  if (newest == nullptr) {
    return std::nullopt;
  }
  const bool live = now_ < newest->ended;
  json::object current;
  current.set("ingestProtocol", "rtmp")
      .set("state", live ? "connected" : "disconnected")
      .set("statusEnteredAt", time_of(live ? newest->begun : newest->ended));
  return json::object().set("current", std::move(current)).set("history", json::array());
}

// It is protected as its live input is when it begins.
void model_cloudflare::broadcast(video what) {
  const live_input* input = find(what.live_input_id);
  what.is_protected = what.is_protected || (input != nullptr && input->is_protected);
  videos_.push_back(std::move(what));
}

answer model_cloudflare::list_videos(std::string_view input) const {
  json::array found;
  for (const video& each : videos_) {
    if (each.live_input_id == input && each.begun <= now_) {
      found.add(view_of_video(each, now_));
    }
  }
  return give(std::move(found));
}

answer model_cloudflare::copy(const edge::operation::fetch& call) {
  const auto body = json::document::parse(call.body);
  const auto from = body ? body->root()["input"].text() : std::nullopt;
  if (!from || !from->starts_with("https://master.mux.com/")) {
    return refuse(400, 10005);
  }
  made_.push_back({.id = chance_.hex(32),
                   .creator = body->root()["creator"].text_or_empty(),
                   .of = body->root()["meta"]["madeOf"].text_or_empty(),
                   .source = std::string{*from},
                   .made = now_,
                   .fails = copies_fail_,
                   .is_protected = body->root()["requireSignedURLs"].boolean().value_or(false)});
  return give(view_of_video(made_.back(), now_));
}

answer model_cloudflare::clip(const edge::operation::fetch& call) {
  const auto body = json::document::parse(call.body);
  const auto of = body ? body->root()["clippedFromVideoUID"].text() : std::nullopt;
  const auto from = body ? body->root()["startTimeSeconds"].integer() : std::nullopt;
  const auto to = body ? body->root()["endTimeSeconds"].integer() : std::nullopt;
  const auto source = std::ranges::find(videos_, of.value_or(""), &video::id);
  if (source == videos_.end()) {
    return refuse(404, 10003);
  }
  if (!from || !to || *from >= *to || std::chrono::seconds{*to} > source->ended - source->begun) {
    return refuse(400, 10005);
  }
  made_.push_back({.id = chance_.hex(32),
                   .creator = body->root()["creator"].text_or_empty(),
                   .of = body->root()["meta"]["madeOf"].text_or_empty(),
                   .source = {},
                   .made = now_,
                   .fails = copies_fail_,
                   .is_protected = body->root()["requireSignedURLs"].boolean().value_or(false)});
  return give(view_of_video(made_.back(), now_));
}

answer model_cloudflare::list_made(std::string_view creator) const {
  json::array found;
  for (const made_video& each : made_) {
    if (each.creator == creator) {
      found.add(view_of_video(each, now_));
    }
  }
  return give(std::move(found));
}

answer model_cloudflare::of_video(std::string_view id, std::string_view rest,
                                  const edge::operation::fetch& call) {
  const auto made = std::ranges::find(made_, id, &made_video::id);
  const auto recorded = std::ranges::find(videos_, id, &video::id);
  if (rest == "/downloads" && recorded != videos_.end()) {
    return downloads_of(id, call);
  }
  if (!rest.empty() || (made == made_.end() && recorded == videos_.end())) {
    return refuse(404, 10003);
  }
  const auto body = json::document::parse(call.method == "POST" ? call.body : "");
  if (const auto wanted = body ? body->root()["requireSignedURLs"].boolean() : std::nullopt) {
    (made == made_.end() ? recorded->is_protected : made->is_protected) = *wanted;
  }
  if (body && body->root()["meta"].exists() && made != made_.end()) {
    made->source.clear();
  }
  return give(made == made_.end() ? view_of_video(*recorded, now_) : view_of_video(*made, now_));
}

answer model_cloudflare::downloads_of(std::string_view id, const edge::operation::fetch& call) {
  const auto asked = downloads_.find(id);
  if (call.method == "GET" && asked == downloads_.end()) {
    return give(json::object());
  }
  const edge::timestamp since = asked == downloads_.end() ? now_ : asked->second;
  downloads_.emplace(id, now_);
  const bool is_ready = now_ >= since + std::chrono::minutes{1};
  return give(
      json::object().set("default", json::object()
                                        .set("status", is_ready ? "ready" : "inprogress")
                                        .set("url", customer + std::string{id} + "/downloads/default.mp4")));
}

answer model_cloudflare::remove_video(std::string_view id) {
  if (std::erase_if(made_, [&](const made_video& each) { return each.id == id; }) > 0) {
    return give("");
  }
  auto at = std::ranges::find(videos_, id, &video::id);
  if (at == videos_.end()) {
    return refuse(404, 10003);
  }
  if (now_ < at->ended) {
    return refuse(409, 10046);
  }
  videos_.erase(at);
  return give("");
}

} // namespace simulation
