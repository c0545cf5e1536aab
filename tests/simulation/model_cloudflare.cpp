#include "simulation/model_cloudflare.h"

#include "edge/http/request.h"
#include "json/reader.h"
#include "json/writer.h"
#include "simulation/model_cloudflare_answers.h"

#include <algorithm>

namespace simulation {

namespace {

using answer = edge::operation::fetch::result;
using cloudflare_answers::give;
using cloudflare_answers::refuse;

json::object meta_of(const model_cloudflare::live_input& input) {
  json::object meta;
  meta.set("name", "a title");
  if (!input.tag.empty()) {
    meta.set("streamId", input.tag);
  }
  return meta;
}

json::object view_of(const model_cloudflare::output& output) {
  return json::object()
      .set("uid", output.id)
      .set("url", output.url)
      .set("streamKey", output.stream_key)
      .set("enabled", output.enabled);
}

} // namespace

json::object model_cloudflare::view_of(const live_input& input, bool with_id) const {
  const std::string rtmps = "rtmps://live.cloudflare.com:443/live/";
  json::object view;
  view.set("uid", with_id ? std::optional{input.id} : std::nullopt)
      .set("created", edge::format_timestamp(input.created))
      .set("modified", edge::format_timestamp(input.created))
      .set("meta", meta_of(input))
      .set("enabled", input.enabled)
      .set("status", status_of(input.id))
      .set("rtmps", json::object().set("url", rtmps).set("streamKey", input.rtmps_key))
      .set("srt", json::object()
                      .set("url", "srt://live.cloudflare.com:778")
                      .set("streamId", input.id)
                      .set("passphrase", input.srt_passphrase))
      .set("webRTC", json::object().set("url", input.whip_url()))
      .set("webRTCPlayback", json::object().set("url", std::string{playback} + input.id + "/webRTC/play"))
      .set("recording", json::object()
                            .set("mode", "automatic")
                            .set("timeoutSeconds", 60)
                            .set("requireSignedURLs", input.is_protected));
  return view;
}

std::string model_cloudflare::live_input::whip_url() const {
  return std::string{playback} + whip_secret + "/webRTC/publish";
}

const model_cloudflare::live_input* model_cloudflare::find(std::string_view id) const {
  auto found = std::ranges::find(live_inputs_, id, &live_input::id);
  return found == live_inputs_.end() ? nullptr : &*found;
}

answer model_cloudflare::carry_out(const edge::operation::fetch& call) {
  if (call.headers.find("authorization") != authorization_) {
    return refuse(401, 10000);
  }
  const std::string collection = "/client/v4/accounts/" + std::string{account} + "/stream/live_inputs";
  const edge::request asked{.method = call.method, .url = call.url, .headers = call.headers};
  std::string_view path = asked.path();
  if (path == collection && call.method == "POST") {
    return create(call);
  }
  if (path == collection && call.method == "GET") {
    return list();
  }
  const std::string_view of_input = "?limit=1000&live_input_id=";
  const std::size_t query = call.url.find(of_input);
  if (call.method == "GET" && path == collection.substr(0, collection.rfind('/')) &&
      query != std::string::npos) {
    return list_videos(std::string_view{call.url}.substr(query + of_input.size()));
  }
  const std::string videos = collection.substr(0, collection.rfind('/') + 1);
  if (call.method == "DELETE" && path.starts_with(videos) && !path.substr(videos.size()).contains('/')) {
    return remove_video(path.substr(videos.size()));
  }
  const std::string_view of_creator = "?asc=true&limit=1000&creator=";
  if (const std::size_t at = call.url.find(of_creator); at != std::string::npos) {
    return list_made(std::string_view{call.url}.substr(at + of_creator.size()));
  }
  if (path == videos + "copy" && call.method == "POST") {
    return copy(call);
  }
  if (path == videos + "clip" && call.method == "POST") {
    return clip(call);
  }
  if (path.starts_with(videos) && !path.starts_with(collection)) {
    const std::string_view below = path.substr(videos.size());
    const std::string_view id = below.substr(0, below.find('/'));
    return of_video(id, below.substr(id.size()), call);
  }
  if (path.starts_with(collection + '/')) {
    return below_input(path.substr(collection.size() + 1), call);
  }
  return refuse(404, 7003);
}

answer model_cloudflare::below_input(std::string_view path, const edge::operation::fetch& call) {
  std::string_view id = path.substr(0, path.find('/'));
  std::string_view rest = path.substr(id.size());
  auto input = std::ranges::find(live_inputs_, id, &live_input::id);
  if (input == live_inputs_.end()) {
    return refuse(404, 10003);
  }
  if (rest.empty() && call.method == "DELETE") {
    return remove(id);
  }
  if (rest.empty() && call.method == "GET") {
    return give(view_of(*input));
  }
  if (rest.empty() && call.method == "PUT") {
    return change(*input, call);
  }
  if (rest == "/disable" && call.method == "POST") {
    return disable(*input);
  }
  if (rest == "/rotate_keys" && call.method == "POST") {
    return rotate_keys(*input);
  }
  if (rest == "/outputs" && call.method == "POST") {
    return create_output(*input, call);
  }
  if (rest == "/outputs" && call.method == "GET") {
    json::array outputs;
    for (const output& each : input->outputs) {
      outputs.add(simulation::view_of(each));
    }
    return give(std::move(outputs));
  }
  return change_output(*input, rest.substr(rest.rfind('/') + 1), call);
}

answer model_cloudflare::change_output(live_input& input, std::string_view id,
                                       const edge::operation::fetch& call) {
  auto at = std::ranges::find(input.outputs, id, &output::id);
  if (at == input.outputs.end()) {
    return refuse(404, 10003);
  }
  if (call.method == "DELETE") {
    input.outputs.erase(at);
    return give("");
  }
  auto body = json::document::parse(call.body);
  auto enabled = body ? body->root()["enabled"].boolean() : std::nullopt;
  if (call.method != "PUT" || !enabled) {
    return refuse(400, 10005);
  }
  at->enabled = *enabled;
  return give(simulation::view_of(*at));
}

answer model_cloudflare::change(live_input& input, const edge::operation::fetch& call) {
  const auto body = json::document::parse(call.body);
  const json::value wanted = body ? body->root() : json::value{};
  const auto is_protected = wanted["recording"]["requireSignedURLs"].boolean();
  if (wanted["recording"]["mode"].text() != "automatic" || !is_protected) {
    return refuse(400, 10005);
  }
  input.is_protected = *is_protected;
  input.enabled = wanted["enabled"].boolean().value_or(input.enabled);
  return give(view_of(input));
}

answer model_cloudflare::disable(live_input& input) {
  input.enabled = false;
  for (video& each : videos_) {
    if (each.live_input_id == input.id) {
      each.ended = std::min(each.ended, now_);
    }
  }
  return give(view_of(input));
}

answer model_cloudflare::rotate_keys(live_input& input) {
  draw_secrets(input);
  return give(view_of(input));
}

answer model_cloudflare::create(const edge::operation::fetch& call) {
  auto body = json::document::parse(call.body);
  if (!body || body->root()["recording"]["mode"].text() != "automatic") {
    return refuse(400, 10005);
  }
  std::string key{call.headers.find("idempotency-key").value_or("")};
  if (auto made = made_for_key_.find(key); made != made_for_key_.end()) {
    const live_input* input = find(made->second);
    return input ? give(answer_to_creation(*input)) : refuse(409, 10409);
  }
  live_input made{.id = chance_.hex(32),
                  .tag = std::string{body->root()["meta"]["streamId"].text().value_or("")},
                  .whip_secret = {},
                  .rtmps_key = {},
                  .srt_passphrase = {},
                  .outputs = {},
                  .created = now_,
                  .is_protected = body->root()["recording"]["requireSignedURLs"].boolean().value_or(false)};
  draw_secrets(made);
  if (quirks_.cloudflare_forgets_tags) {
    made.tag.clear();
  }
  if (!key.empty() && !quirks_.cloudflare_forgets_idempotency_keys) {
    made_for_key_[key] = made.id;
  }
  live_inputs_.push_back(made);
  return give(answer_to_creation(made));
}

json::object model_cloudflare::answer_to_creation(const live_input& made) const {
  return view_of(made, !quirks_.cloudflare_leaves_out_ids);
}

void model_cloudflare::draw_secrets(live_input& of) {
  of.whip_secret = chance_.text(64);
  of.rtmps_key = chance_.text(65);
  of.srt_passphrase = chance_.text(64);
  secrets_.add("a WHIP address", of.whip_secret);
  secrets_.add("an RTMPS key at Cloudflare", of.rtmps_key);
  secrets_.add("an SRT passphrase at Cloudflare", of.srt_passphrase);
}

answer model_cloudflare::list() const {
  json::array inputs;
  for (const live_input& each : live_inputs_) {
    inputs.add(json::object()
                   .set("uid", each.id)
                   .set("created", edge::format_timestamp(each.created))
                   .set("meta", meta_of(each)));
  }
  return give(json::object()
                  .set("liveInputs", std::move(inputs))
                  .set("range", live_inputs_.size())
                  .set("total", live_inputs_.size()));
}

answer model_cloudflare::remove(std::string_view id) {
  // The recordings remain.
  for (video& each : videos_) {
    if (each.live_input_id == id) {
      each.ended = std::min(each.ended, now_);
    }
  }
  if (!quirks_.cloudflare_keeps_what_is_deleted) {
    std::erase_if(live_inputs_, [&](const live_input& each) { return each.id == id; });
  }
  return give("");
}

answer model_cloudflare::create_output(live_input& input, const edge::operation::fetch& call) {
  auto body = json::document::parse(call.body);
  auto url = body ? body->root()["url"].text() : std::nullopt;
  auto key = body ? body->root()["streamKey"].text() : std::nullopt;
  if (!url || !key) {
    return refuse(400, 10005);
  }
  output made{.id = chance_.hex(32),
              .url = std::string{*url},
              .stream_key = std::string{*key},
              .enabled = body->root()["enabled"].boolean().value_or(true)};
  input.outputs.push_back(made);
  return give(simulation::view_of(made));
}

} // namespace simulation
