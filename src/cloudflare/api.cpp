// Calls to Cloudflare Stream and their answers.
#include "cloudflare/api.h"

#include "cloudflare/answer.h"
#include "cloudflare/form.h"
#include "json/object.h"

#include <optional>
#include <utility>

namespace cloudflare {
namespace {

// Where a live input carries our stream's id.
constexpr std::string_view tag_name = "streamId";

std::string text_of(const crypto::secret& value) {
  const crypto::byte_view bytes = value.bytes();
  return {bytes.begin(), bytes.end()};
}

std::optional<crypto::secret> secret_in(const json::value& from, bool (*has_form)(std::string_view)) {
  auto text = form::text_in(from, has_form);
  return text ? std::optional(crypto::secret(*std::move(text))) : std::nullopt;
}

std::string creation(const new_live_input& wanted) {
  return json::object()
      .set("meta", json::object().set("name", wanted.name).set(tag_name, wanted.tag))
      .set("recording", json::object()
                            .set("mode", "automatic")
                            .set("timeoutSeconds", api::dropout_window_seconds)
                            .set("requireSignedURLs", wanted.require_signed_urls))
      .set_if("defaultCreator", wanted.creator)
      .set("preferLowLatency", wanted.prefer_low_latency)
      .dump();
}

// What would be lost without a word if Cloudflare had left it out, or nothing if all is there.
std::optional<std::string_view> left_out(const json::value& made, const new_live_input& wanted) {
  if (made["recording"]["mode"].text() != "automatic") {
    return "it does not record";
  }
  if (made["recording"]["requireSignedURLs"].boolean() != wanted.require_signed_urls) {
    return "its playback is not protected as was asked";
  }
  if (made["meta"][tag_name].text() != wanted.tag) {
    return "it does not carry our tag";
  }
  return std::nullopt;
}

// The part of a playback address before its id.
std::optional<std::string> customer_url_in(std::string_view address, std::string_view id) {
  const std::size_t begin_of_id = address.find("/" + std::string(id) + "/");
  return begin_of_id == std::string_view::npos ? std::nullopt
                                               : std::optional(std::string(address.substr(0, begin_of_id)));
}

std::optional<std::string> playback_url_in(const json::value& from, const settings& with) {
  auto url = form::text_in(from, form::is_url);
  return url && with.is_playback_url(*url) ? std::move(url) : std::nullopt;
}

std::optional<live_input> live_input_in(const json::value& from, const settings& with) {
  auto id = form::text_in(from["uid"], form::is_id);
  auto whip = playback_url_in(from["webRTC"]["url"], with);
  auto whep = playback_url_in(from["webRTCPlayback"]["url"], with);
  auto rtmps_url = form::text_in(from["rtmps"]["url"], form::is_rtmp_url);
  auto rtmps_key = secret_in(from["rtmps"]["streamKey"], form::is_key);
  auto srt_url = form::text_in(from["srt"]["url"], form::is_srt_url);
  auto srt_stream_id = secret_in(from["srt"]["streamId"], form::is_key);
  auto srt_passphrase = secret_in(from["srt"]["passphrase"], form::is_key);
  if (!id || !whip || !whep || !rtmps_url || !rtmps_key || !srt_url || !srt_stream_id || !srt_passphrase) {
    return std::nullopt;
  }
  const auto customer_url = customer_url_in(*whep, *id);
  if (!customer_url) {
    return std::nullopt;
  }
  const std::string manifest = *customer_url + "/" + *id + "/manifest/video";
  return live_input{.id = *std::move(id),
                    .whip_url = crypto::secret(*std::move(whip)),
                    .rtmps_url = *std::move(rtmps_url),
                    .rtmps_key = *std::move(rtmps_key),
                    .srt_url = *std::move(srt_url),
                    .srt_stream_id = *std::move(srt_stream_id),
                    .srt_passphrase = *std::move(srt_passphrase),
                    .customer_url = *customer_url,
                    .whep_url = *std::move(whep),
                    .hls_url = playback_url_in(from["playback"]["hls"], with).value_or(manifest + ".m3u8"),
                    .dash_url = playback_url_in(from["playback"]["dash"], with).value_or(manifest + ".mpd")};
}

std::optional<output> output_in(const json::value& from) {
  auto id = form::text_in(from["uid"], form::is_id);
  auto url = form::text_in(from["url"], form::is_url);
  auto key = secret_in(from["streamKey"], form::is_key);
  if (!id || !url || !key) {
    return std::nullopt;
  }
  return output{.id = *std::move(id),
                .url = *std::move(url),
                .stream_key = *std::move(key),
                .enabled = from["enabled"].boolean().value_or(true)};
}

std::string path_of(std::string_view live_input_id) { return "/" + std::string(live_input_id); }

std::string outputs_of(std::string_view live_input_id) { return path_of(live_input_id) + "/outputs"; }

// An id that came from somewhere else than Cloudflare never gets into a URL, nor a key that is none into a
// header.
edge::error unusable(std::string_view step, std::string_view why) {
  return {.kind = edge::error_kind::rejected, .what = step, .why = why};
}

} // namespace

edge::task<std::expected<live_input, edge::error>> api::create_live_input(const new_live_input& wanted,
                                                                          std::string_view idempotency_key) {
  constexpr std::string_view step = "create the Cloudflare live input";
  if (!form::is_key(idempotency_key)) {
    co_return std::unexpected(unusable(step, "its idempotency key cannot be used"));
  }
  const auto answer = co_await co_await ask({.label = "cloudflare-create-live-input",
                                             .step = step,
                                             .method = "POST",
                                             .path = "",
                                             .body = creation(wanted),
                                             .idempotency_key = idempotency_key});
  const json::value made = answer.root()["result"];
  auto read = live_input_in(made, settings_);
  if (!read) {
    co_return std::unexpected(malformed(step));
  }
  if (const auto what = left_out(made, wanted)) {
    co_return std::unexpected(malformed(step, *what));
  }
  co_return *std::move(read);
}

edge::task<std::expected<live_input, edge::error>> api::get_live_input(std::string_view id) {
  constexpr std::string_view step = "read the Cloudflare live input";
  if (!form::is_id(id)) {
    co_return std::unexpected(unusable(step, "this is no id"));
  }
  const auto answer = co_await co_await ask(
      {.label = "cloudflare-get-live-input", .step = step, .method = "GET", .path = path_of(id)});
  auto read = live_input_in(answer.root()["result"], settings_);
  if (!read || read->id != id) {
    co_return std::unexpected(malformed(step));
  }
  co_return *std::move(read);
}

edge::task<std::expected<std::vector<listed_live_input>, edge::error>>
api::find_live_inputs_by_tag(std::string_view tag) {
  constexpr std::string_view step = "look for the Cloudflare live input";
  const auto answer = co_await co_await ask({.label = "cloudflare-list-live-inputs",
                                             .step = step,
                                             .method = "GET",
                                             .path = "?include_counts=true",
                                             .limit = list_limit});
  const json::value result = answer.root()["result"];
  if (!result["liveInputs"].is_array()) {
    co_return std::unexpected(malformed(step));
  }
  const std::vector<json::value> all = result["liveInputs"].elements();
  std::vector<listed_live_input> found;
  for (const json::value& each : all) {
    if (each["meta"][tag_name].text() != tag) {
      continue;
    }
    auto id = form::text_in(each["uid"], form::is_id);
    if (!id) {
      co_return std::unexpected(malformed(step));
    }
    found.push_back(
        {.id = *std::move(id), .tag = std::string(tag), .created = form::time_in(each["created"])});
  }
  const bool cut = result["total"].integer().value_or(0) > static_cast<std::int64_t>(all.size());
  if (found.empty() && cut) {
    co_return std::unexpected(
        edge::error{.kind = edge::error_kind::too_large, .what = step, .why = "there are too many"});
  }
  co_return found;
}

edge::task<std::expected<void, edge::error>> api::delete_live_input(std::string_view id) {
  constexpr std::string_view step = "delete the Cloudflare live input";
  if (!form::is_id(id)) {
    co_return std::unexpected(unusable(step, "this is no id"));
  }
  co_return co_await remove(
      {.label = "cloudflare-delete-live-input", .step = step, .method = "DELETE", .path = path_of(id)});
}

edge::task<std::expected<output, edge::error>>
api::create_output(std::string_view live_input_id, std::string_view url, const crypto::secret& stream_key) {
  constexpr std::string_view step = "create the Cloudflare output";
  if (!form::is_id(live_input_id)) {
    co_return std::unexpected(unusable(step, "this is no id"));
  }
  const auto answer = co_await co_await ask(
      {.label = "cloudflare-create-output",
       .step = step,
       .method = "POST",
       .path = outputs_of(live_input_id),
       .body =
           json::object().set("url", url).set("streamKey", text_of(stream_key)).set("enabled", true).dump()});
  auto made = output_in(answer.root()["result"]);
  if (!made) {
    co_return std::unexpected(malformed(step));
  }
  if (!made->enabled) {
    co_return std::unexpected(malformed(step, "it is not enabled"));
  }
  co_return *std::move(made);
}

edge::task<std::expected<std::vector<output>, edge::error>>
api::list_outputs(std::string_view live_input_id) {
  constexpr std::string_view step = "list the Cloudflare outputs";
  if (!form::is_id(live_input_id)) {
    co_return std::unexpected(unusable(step, "this is no id"));
  }
  const auto answer = co_await co_await ask(
      {.label = "cloudflare-list-outputs", .step = step, .method = "GET", .path = outputs_of(live_input_id)});
  const json::value result = answer.root()["result"];
  if (!result.is_array()) {
    co_return std::unexpected(malformed(step));
  }
  std::vector<output> outputs;
  for (const json::value& each : result.elements()) {
    auto read = output_in(each);
    if (!read) {
      co_return std::unexpected(malformed(step));
    }
    outputs.push_back(*std::move(read));
  }
  co_return outputs;
}

edge::task<std::expected<void, edge::error>> api::delete_output(std::string_view live_input_id,
                                                                std::string_view output_id) {
  constexpr std::string_view step = "delete the Cloudflare output";
  if (!form::is_id(live_input_id) || !form::is_id(output_id)) {
    co_return std::unexpected(unusable(step, "this is no id"));
  }
  co_return co_await remove({.label = "cloudflare-delete-output",
                             .step = step,
                             .method = "DELETE",
                             .path = outputs_of(live_input_id) + path_of(output_id)});
}

// The body of the answer, if its status is one of success.
edge::task<std::expected<std::string, edge::error>> api::send(const call& what) {
  edge::operation::fetch request{.method = std::string(what.method),
                                 .url = settings_.api_url + "/accounts/" + settings_.account_id +
                                        "/stream/live_inputs" + what.path,
                                 .headers = {{"Authorization", "Bearer " + text_of(settings_.api_token)},
                                             {"Accept", "application/json"}},
                                 .body = what.body.value_or(""),
                                 .timeout = call_timeout,
                                 .body_limit = what.limit};
  if (what.body) {
    request.headers.add("Content-Type", "application/json");
  }
  if (what.idempotency_key) {
    request.headers.add("Idempotency-Key", std::string(*what.idempotency_key));
  }
  co_return body_of(what.step, co_await host_.fetch(what.label, std::move(request), deadline_));
}

edge::task<std::expected<json::document, edge::error>> api::ask(const call& what) {
  const std::string body = co_await co_await send(what);
  co_return document_of(what.step, body);
}

// What Cloudflare answers to a deletion is an empty text here, an empty object there: unless it says that it
// was no success, it was one.
edge::task<std::expected<void, edge::error>> api::remove(const call& what) {
  const auto body = co_await send(what);
  if (!body && body.error().kind != edge::error_kind::not_found) {
    co_return std::unexpected(body.error());
  }
  if (body) {
    const auto answer = document_of(what.step, *body);
    if (!answer && answer.error().kind == edge::error_kind::rejected) {
      co_return std::unexpected(answer.error());
    }
  }
  co_return std::expected<void, edge::error>();
}

} // namespace cloudflare
