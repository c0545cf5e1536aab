#include "simulation/model_cloudflare.h"

#include "edge/request.h"
#include "json/array.h"
#include "json/document.h"
#include "json/object.h"

#include <algorithm>

namespace simulation {

namespace {

using answer = edge::operation::fetch::result;

const std::string customer = "https://customer-m033z5x00ks6nunl.cloudflarestream.com/";

answer give(json::item result) {
  return {.status = 200,
          .headers = {{"content-type", "application/json"}},
          .body = json::object()
                      .set("result", std::move(result))
                      .set("success", true)
                      .set("errors", json::array())
                      .set("messages", json::array())
                      .dump()};
}

answer refuse(int status, int code) {
  json::array errors;
  errors.add(json::object().set("code", code).set("message", "No."));
  return {.status = status,
          .headers = {{"content-type", "application/json"}},
          .body = json::object()
                      .set("result", nullptr)
                      .set("success", false)
                      .set("errors", std::move(errors))
                      .set("messages", json::array())
                      .dump()};
}

json::object meta_of(const model_cloudflare::live_input& input) {
  return json::object().set("name", "a title").set("streamId", input.tag);
}

json::object view_of(const model_cloudflare::live_input& input) {
  const std::string rtmps = "rtmps://live.cloudflare.com:443/live/";
  json::object view;
  view.set("uid", input.id)
      .set("created", edge::format_timestamp(input.created))
      .set("modified", edge::format_timestamp(input.created))
      .set("meta", meta_of(input))
      .set("status", nullptr)
      .set("rtmps", json::object().set("url", rtmps).set("streamKey", input.rtmps_key))
      .set("srt", json::object()
                      .set("url", "srt://live.cloudflare.com:778")
                      .set("streamId", input.id)
                      .set("passphrase", input.srt_passphrase))
      .set("webRTC", json::object().set("url", input.whip_url()))
      .set("webRTCPlayback", json::object().set("url", customer + input.id + "/webRTC/play"))
      .set("recording",
           json::object().set("mode", "automatic").set("timeoutSeconds", 60).set("requireSignedURLs", false));
  return view;
}

json::object view_of(const model_cloudflare::output& output) {
  return json::object()
      .set("uid", output.id)
      .set("url", output.url)
      .set("streamKey", output.stream_key)
      .set("enabled", true);
}

} // namespace

std::string model_cloudflare::live_input::whip_url() const {
  return customer + whip_secret + "/webRTC/publish";
}

const model_cloudflare::live_input* model_cloudflare::find(std::string_view id) const {
  auto found = std::ranges::find(live_inputs_, id, &live_input::id);
  return found == live_inputs_.end() ? nullptr : &*found;
}

answer model_cloudflare::carry_out(const edge::operation::fetch& call) {
  if (call.headers.find("authorization") != authorization_) return refuse(401, 10000);
  const std::string collection = "/client/v4/accounts/" + std::string{account} + "/stream/live_inputs";
  const edge::request asked{.method = call.method, .url = call.url, .headers = call.headers};
  std::string_view path = asked.path();
  if (path == collection && call.method == "POST") return create(call);
  if (path == collection && call.method == "GET") return list();
  if (path.starts_with(collection + '/')) return below_input(path.substr(collection.size() + 1), call);
  return refuse(404, 7003);
}

answer model_cloudflare::below_input(std::string_view path, const edge::operation::fetch& call) {
  std::string_view id = path.substr(0, path.find('/'));
  std::string_view rest = path.substr(id.size());
  auto input = std::ranges::find(live_inputs_, id, &live_input::id);
  if (input == live_inputs_.end()) return refuse(404, 10003);
  if (rest.empty() && call.method == "DELETE") return remove(id);
  if (rest.empty() && call.method == "GET") return give(view_of(*input));
  if (rest == "/outputs" && call.method == "POST") return create_output(*input, call);
  if (rest == "/outputs" && call.method == "GET") {
    json::array outputs;
    for (const output& each : input->outputs) outputs.add(view_of(each));
    return give(std::move(outputs));
  }
  std::string_view output_id = rest.substr(rest.rfind('/') + 1);
  if (!std::ranges::contains(input->outputs, output_id, &output::id)) return refuse(404, 10003);
  if (call.method != "DELETE") return refuse(405, 10405);
  std::erase_if(input->outputs, [&](const output& each) { return each.id == output_id; });
  return give("");
}

answer model_cloudflare::create(const edge::operation::fetch& call) {
  auto body = json::document::parse(call.body);
  if (!body || body->root()["recording"]["mode"].text() != "automatic") return refuse(400, 10005);
  std::string key{call.headers.find("idempotency-key").value_or("")};
  if (auto made = made_for_key_.find(key); made != made_for_key_.end()) {
    const live_input* input = find(made->second);
    return input ? give(view_of(*input)) : refuse(409, 10409);
  }
  live_input made{.id = chance_.hex(32),
                  .tag = std::string{body->root()["meta"]["streamId"].text().value_or("")},
                  .whip_secret = chance_.text(64),
                  .rtmps_key = chance_.text(65),
                  .srt_passphrase = chance_.text(64),
                  .outputs = {},
                  .created = now_};
  secrets_.add("a WHIP address", made.whip_secret);
  secrets_.add("an RTMPS key at Cloudflare", made.rtmps_key);
  secrets_.add("an SRT passphrase at Cloudflare", made.srt_passphrase);
  if (!key.empty() && !quirks_.cloudflare_forgets_idempotency_keys) made_for_key_[key] = made.id;
  live_inputs_.push_back(made);
  return give(view_of(made));
}

answer model_cloudflare::list() const {
  json::array inputs;
  for (const live_input& each : live_inputs_)
    inputs.add(json::object()
                   .set("uid", each.id)
                   .set("created", edge::format_timestamp(each.created))
                   .set("meta", meta_of(each)));
  return give(json::object()
                  .set("liveInputs", std::move(inputs))
                  .set("range", live_inputs_.size())
                  .set("total", live_inputs_.size()));
}

answer model_cloudflare::remove(std::string_view id) {
  if (!quirks_.cloudflare_keeps_what_is_deleted)
    std::erase_if(live_inputs_, [&](const live_input& each) { return each.id == id; });
  return give("");
}

answer model_cloudflare::create_output(live_input& input, const edge::operation::fetch& call) {
  auto body = json::document::parse(call.body);
  auto url = body ? body->root()["url"].text() : std::nullopt;
  auto key = body ? body->root()["streamKey"].text() : std::nullopt;
  if (!url || !key) return refuse(400, 10005);
  output made{.id = chance_.hex(32), .url = std::string{*url}, .stream_key = std::string{*key}};
  input.outputs.push_back(made);
  return give(view_of(made));
}

} // namespace simulation
