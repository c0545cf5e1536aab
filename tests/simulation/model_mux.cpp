#include "simulation/model_mux.h"

#include "edge/http/request.h"
#include "json/reader.h"
#include "json/writer.h"

#include <algorithm>
#include <charconv>
#include <ranges>

namespace simulation {

namespace {

using answer = edge::operation::fetch::result;

constexpr std::string_view collection = "/video/v1/live-streams";
constexpr std::string_view asset_collection = "/video/v1/assets";

answer refuse(int status, std::string_view type) {
  return {.status = status,
          .headers = {{"content-type", "application/json"}},
          .body =
              json::object()
                  .set("error", json::object().set("type", type).set("messages", json::array().add("No.")))
                  .dump()};
}

std::string seconds_of(edge::timestamp at) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count());
}

bool is_policy(std::string_view word) { return word == "public" || word == "signed"; }

answer give(int status, const json::item& data) {
  return {.status = status,
          .headers = {{"content-type", "application/json"}},
          .body = json::object().set("data", data).dump()};
}

std::size_t number_in(const edge::request& from, std::string_view name, std::size_t otherwise) {
  std::string text = from.query(name).value_or("");
  std::size_t number = otherwise;
  (void)std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

} // namespace

json::object model_mux::view_of(const live_stream& of) const {
  const bool active = std::ranges::any_of(assets_, [&](const asset& each) {
    return each.live_stream_id == of.id && each.begun <= now_ && now_ < each.ended;
  });
  json::object view;
  view.set("id", of.id)
      .set("created_at", seconds_of(of.created))
      .set("status", active       ? "active"
                     : of.enabled ? "idle"
                                  : "disabled")
      .set("stream_key", of.stream_key)
      .set("playback_ids",
           json::array().add(json::object().set("policy", of.policy).set("id", of.playback_id)))
      .set("latency_mode", "standard")
      .set("reconnect_window", 60);
  if (!of.passthrough.empty()) {
    view.set("passthrough", of.passthrough);
  }
  return view;
}

answer model_mux::carry_out(const edge::operation::fetch& call) {
  if (call.headers.find("authorization") != authorization_) {
    return refuse(401, "unauthorized");
  }
  const edge::request asked{.method = call.method, .url = call.url, .headers = call.headers};
  std::string_view path = asked.path();
  if (path == collection && call.method == "POST") {
    return create(call);
  }
  if (path == collection && call.method == "GET") {
    return list(call);
  }
  if (path.starts_with(collection) && path.size() > collection.size() + 1) {
    std::string_view rest = path.substr(collection.size() + 1);
    if (rest.contains('/')) {
      return below_stream(rest, call.method);
    }
    if (call.method == "DELETE") {
      return remove(rest);
    }
    if (call.method == "GET") {
      return give_one(rest);
    }
  }
  if (path.starts_with(asset_collection)) {
    return of_assets(path.substr(std::min(path.size(), asset_collection.size() + 1)), call);
  }
  return refuse(404, "not_found");
}

answer model_mux::create(const edge::operation::fetch& call) {
  auto body = json::document::parse(call.body);
  const std::string policy = body ? body->root()["playback_policies"].at(0).text_or_empty() : std::string{};
  if (!is_policy(policy)) {
    return refuse(400, "invalid_parameters");
  }
  live_stream made{.id = chance_.text(46),
                   .stream_key = chance_.hex(32),
                   .playback_id = chance_.text(46),
                   .passthrough = std::string{body->root()["passthrough"].text().value_or("")},
                   .created = now_,
                   .policy = policy};
  if (quirks_.mux_forgets_passthroughs) {
    made.passthrough.clear();
  }
  secrets_.add("a stream key at Mux", made.stream_key);
  live_streams_.push_back(made);
  return give(201, view_of(made));
}

// Newest first.
answer model_mux::list(const edge::operation::fetch& call) const {
  const edge::request asked{.method = call.method, .url = call.url, .headers = {}};
  std::size_t limit = std::min<std::size_t>(number_in(asked, "limit", 25), 100);
  std::size_t begin = (number_in(asked, "page", 1) - 1) * limit;
  json::array page;
  for (std::size_t i = begin; i < std::min(begin + limit, live_streams_.size()); ++i) {
    page.add(view_of(live_streams_[live_streams_.size() - 1 - i]));
  }
  return {.status = 200,
          .headers = {{"content-type", "application/json"}},
          .body = json::object().set("data", std::move(page)).dump()};
}

answer model_mux::give_one(std::string_view id) const {
  auto found = std::ranges::find(live_streams_, id, &live_stream::id);
  return found == live_streams_.end() ? refuse(404, "not_found") : give(200, view_of(*found));
}

// It plays as its live stream does.
void model_mux::broadcast(asset what) {
  const auto of = std::ranges::find(live_streams_, what.live_stream_id, &live_stream::id);
  playback_ids_[what.id] = {
      {.id = what.playback_id, .policy = of == live_streams_.end() ? "public" : of->policy}};
  assets_.push_back(std::move(what));
}

std::vector<model_mux::playback_id> model_mux::playback_ids_of(std::string_view asset) const {
  const auto found = playback_ids_.find(asset);
  return found == playback_ids_.end() ? std::vector<playback_id>{} : found->second;
}

json::array model_mux::view_of_playback_ids(std::string_view asset) const {
  json::array view;
  for (const playback_id& each : playback_ids_of(asset)) {
    view.add(json::object().set("policy", each.policy).set("id", each.id));
  }
  return view;
}

answer model_mux::below_asset(std::string_view path, const edge::operation::fetch& call) {
  const std::string_view id = path.substr(0, path.find('/'));
  const bool exists =
      std::ranges::contains(assets_, id, &asset::id) || std::ranges::contains(made_, id, &made_asset::id);
  if (!exists) {
    return refuse(404, "not_found");
  }
  std::vector<playback_id>& all = playback_ids_[std::string{id}];
  if (call.method == "DELETE") {
    const std::string_view gone = path.substr(path.rfind('/') + 1);
    const bool was_there = std::erase_if(all, [&](const playback_id& each) { return each.id == gone; }) > 0;
    return was_there ? answer{.status = 204, .headers = {}, .body = ""} : refuse(404, "not_found");
  }
  const auto body = json::document::parse(call.body);
  const std::string policy = body ? body->root()["policy"].text_or_empty() : std::string{};
  if (call.method != "POST" || !is_policy(policy)) {
    return refuse(400, "invalid_parameters");
  }
  all.push_back({.id = chance_.text(46), .policy = policy});
  return give(201, json::object().set("id", all.back().id).set("policy", policy));
}

bool model_mux::end_broadcast(std::string_view live_stream_id) {
  bool was_live = false;
  for (asset& each : assets_) {
    if (each.live_stream_id == live_stream_id && each.begun <= now_ && now_ < each.ended) {
      each.ended = now_;
      was_live = true;
    }
  }
  return was_live;
}

answer model_mux::below_stream(std::string_view path, std::string_view method) {
  std::string_view id = path.substr(0, path.find('/'));
  std::string_view action = path.substr(id.size() + 1);
  auto at = std::ranges::find(live_streams_, id, &live_stream::id);
  if (at == live_streams_.end()) {
    return refuse(404, "not_found");
  }
  if (method == "PUT" && action == "complete") {
    return end_broadcast(id) ? give(200, json::object()) : refuse(400, "invalid_parameters");
  }
  if (method == "PUT" && action == "disable") {
    (void)end_broadcast(id);
    at->enabled = false;
    return give(200, json::object());
  }
  if (method == "POST" && action == "reset-stream-key") {
    at->stream_key = chance_.hex(32);
    secrets_.add("a stream key at Mux", at->stream_key);
    return give(201, view_of(*at));
  }
  return refuse(404, "not_found");
}

json::object model_mux::view_of(const asset& of) const {
  const bool live = now_ < of.ended;
  json::object view;
  view.set("id", of.id)
      .set("live_stream_id", of.live_stream_id)
      .set("created_at", seconds_of(of.begun))
      .set("status", "ready")
      .set("is_live", live)
      .set("playback_ids", view_of_playback_ids(of.id));
  if (!live) {
    view.set("duration", std::chrono::floor<edge::milliseconds>(of.ended - of.begun));
  }
  return view;
}

json::object model_mux::view_of(const made_asset& of) const {
  const bool is_ready = now_ >= of.made + std::chrono::minutes{2};
  json::object view;
  view.set("id", of.id)
      .set("created_at", seconds_of(of.made))
      .set("status", is_ready ? "ready" : "preparing")
      .set("passthrough", of.passthrough)
      .set("playback_ids", view_of_playback_ids(of.id));
  if (is_ready) {
    view.set("duration", edge::milliseconds{std::chrono::minutes{5}});
  }
  return view;
}

json::object model_mux::view_with_master(const asset& of) const {
  json::object view = view_of(of);
  if (const auto asked = masters_.find(of.id); asked != masters_.end()) {
    const bool is_ready = now_ >= asked->second + std::chrono::minutes{1};
    json::object master;
    master.set("status", is_ready ? "ready" : "preparing");
    if (is_ready) {
      master.set("url", "https://master.mux.com/" + of.id + "/master.mp4?signature=1");
    }
    view.set("master", std::move(master));
  }
  return view;
}

answer model_mux::make_asset(const edge::operation::fetch& call) {
  const auto body = json::document::parse(call.body);
  const auto source = body ? body->root()["inputs"].at(0)["url"].text() : std::nullopt;
  const bool is_clip = source && std::ranges::any_of(assets_, [&](const asset& each) {
                         return now_ >= each.ended && *source == "mux://assets/" + each.id;
                       });
  const std::string policy = body ? body->root()["playback_policies"].at(0).text_or_empty() : std::string{};
  if (!is_policy(policy) || !source || (!is_clip && !source->contains("/downloads/default.mp4"))) {
    return refuse(400, "invalid_parameters");
  }
  made_.push_back({.id = chance_.text(44),
                   .passthrough = body->root()["passthrough"].text_or_empty(),
                   .source = std::string{*source},
                   .made = now_});
  const std::string& id = made_.back().id;
  playback_ids_[id] = {{.id = "playbackOf" + id, .policy = policy}};
  return give(201, view_of(made_.back()));
}

answer model_mux::of_assets(std::string_view id, const edge::operation::fetch& call) {
  if (id.empty() && call.method == "POST") {
    return make_asset(call);
  }
  if (id.empty()) {
    const edge::request asked{.method = call.method, .url = call.url, .headers = {}};
    if (!asked.query("live_stream_id")) {
      json::array newest_first;
      for (const made_asset& each : made_ | std::views::reverse) {
        newest_first.add(view_of(each));
      }
      return give(200, std::move(newest_first));
    }
    json::array found;
    for (const asset& each : assets_) {
      if (each.live_stream_id == asked.query("live_stream_id") && each.begun <= now_ &&
          number_in(asked, "page", 1) == 1) {
        found.add(view_of(each));
      }
    }
    return give(200, std::move(found));
  }
  if (id.contains("/playback-ids")) {
    return below_asset(id, call);
  }
  const auto known = std::ranges::find(assets_, id.substr(0, id.find('/')), &asset::id);
  if (known != assets_.end() && call.method == "PUT" && id.ends_with("/master-access")) {
    masters_.emplace(known->id, now_);
    return give(200, view_with_master(*known));
  }
  if (known != assets_.end() && call.method == "GET") {
    return give(200, view_with_master(*known));
  }
  const auto made = std::ranges::find(made_, id, &made_asset::id);
  if (made != made_.end() && call.method == "GET") {
    return give(200, view_of(*made));
  }
  if (call.method == "DELETE" &&
      std::erase_if(made_, [&](const made_asset& each) { return each.id == id; }) > 0) {
    return {.status = 204, .headers = {}, .body = ""};
  }
  if (call.method != "DELETE" ||
      std::erase_if(assets_, [&](const asset& each) { return each.id == id; }) == 0) {
    return refuse(404, "not_found");
  }
  return {.status = 204, .headers = {}, .body = ""};
}

answer model_mux::remove(std::string_view id) {
  if (!std::ranges::contains(live_streams_, id, &live_stream::id)) {
    return refuse(404, "not_found");
  }
  (void)end_broadcast(id); // the recordings remain
  if (!quirks_.mux_keeps_what_is_deleted) {
    std::erase_if(live_streams_, [&](const live_stream& each) { return each.id == id; });
  }
  return {.status = 204, .headers = {}, .body = ""};
}

} // namespace simulation
