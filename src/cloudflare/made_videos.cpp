// Videos that come as files: copies from an address, and uploads by tus; and files of videos (Cloudflare API
// reference, Stream; Cloudflare Stream documentation, "Upload via link", "Download videos" and "Direct
// creator uploads").
#include "cloudflare/api.h"
#include "cloudflare/reading.h"
#include "crypto/base64.h"
#include "edge/http/status.h"
#include "json/number.h"
#include "json/reader.h"
#include "json/writer.h"

#include <algorithm>
#include <utility>

namespace cloudflare {

using providers::malformed;

namespace {

// The member of a video's meta that says what it was made of.
constexpr std::string_view of_name = "madeOf";
constexpr std::string_view source_name = "downloaded-from";

// Without a fraction.
std::optional<std::int64_t> percent_of(std::optional<std::string_view> number) {
  return number ? json::integer_of(number->substr(0, number->find('.'))) : std::nullopt;
}

json::object meta_of(const new_video& from) {
  return json::object().set("name", from.name).set(of_name, from.of);
}

json::object body_of(const new_video& from) {
  json::object body;
  body.set("meta", meta_of(from))
      .set("creator", from.creator)
      .set("requireSignedURLs", from.require_signed_urls);
  return body;
}

std::optional<made_video> made_video_in(const json::value& from, const settings& with) {
  auto read = video_in(from, with);
  if (!read) {
    return std::nullopt;
  }
  const json::value meta = from["meta"];
  made_video made{.what = *std::move(read),
                  .waits = from["status"]["state"].text() == "pendingupload",
                  .of = meta[of_name].text_or_empty(),
                  .shows_source = meta[source_name].exists()};
  made.percent = percent_of(from["status"]["pctComplete"].text());
  return made;
}

std::string tus_metadata(const new_video& wanted, std::chrono::seconds longest, edge::timestamp until) {
  const auto pair = [](std::string_view key, std::string_view value) {
    return std::string{key}.append(" ").append(crypto::base64_encode(value));
  };
  std::string metadata = pair("name", wanted.name) + ',' + pair(of_name, wanted.of) + ',' +
                         pair("maxDurationSeconds", json::decimal(longest.count())) + ',' +
                         pair("expiry", edge::format_timestamp(until));
  return wanted.require_signed_urls ? metadata + ",requiresignedurls" : metadata;
}

} // namespace

edge::task<edge::outcome<std::vector<made_video>>> api::list_made_videos(std::string_view creator) {
  constexpr std::string_view step = "list the Cloudflare copies";
  const auto answer = co_await client_.ask({.label = "cloudflare-list-copies",
                                            .step = step,
                                            .path = "",
                                            .query = "?asc=true&limit=1000&creator=" + std::string{creator},
                                            .limit = list_limit});
  const json::value result = answer.root()["result"];
  if (!result.is_array()) {
    co_return std::unexpected(malformed(step));
  }
  std::vector<made_video> found;
  for (const json::value& each : result.elements()) {
    auto made = made_video_in(each, settings_);
    if (!made) {
      co_return std::unexpected(malformed(step));
    }
    if (each["creator"].text() == creator) {
      found.push_back(*std::move(made));
    }
  }
  co_return found;
}

edge::task<edge::outcome<made_video>> api::get_made_video(std::string_view id) {
  constexpr std::string_view step = "read the Cloudflare recording";
  const auto answer =
      co_await client_.ask({.label = "cloudflare-get-video", .step = step, .path = "", .id = id});
  auto made = made_video_in(answer.root()["result"], settings_);
  if (!made || made->what.id != id) {
    co_return std::unexpected(malformed(step));
  }
  co_return *std::move(made);
}

edge::task<edge::outcome<std::string>> api::copy_video(const new_video& wanted, std::string_view url) {
  return ask_for_id({.label = "cloudflare-copy-video",
                     .step = "copy the recording to Cloudflare",
                     .method = "POST",
                     .path = "/copy",
                     .body = body_of(wanted).set("input", url).dump()});
}

edge::task<edge::outcome<std::string>> api::clip_video(const new_video& wanted, const video_part& part) {
  return ask_for_id({.label = "cloudflare-clip-video",
                     .step = "trim the Cloudflare recording",
                     .method = "POST",
                     .path = "/clip",
                     .body = body_of(wanted)
                                 .set("clippedFromVideoUID", part.of)
                                 .set("startTimeSeconds", part.from.count())
                                 .set("endTimeSeconds", part.to.count())
                                 .dump()});
}

edge::task<edge::outcome<std::string>> api::ask_for_id(providers::call what) {
  const auto answer = co_await client_.ask(what);
  auto id = text_in(answer.root()["result"]["uid"], form::is_id);
  if (!id) {
    co_return std::unexpected(malformed(what.step));
  }
  co_return *std::move(id);
}

edge::task<edge::status> api::set_meta(std::string_view id, const new_video& as) {
  return client_.carry_out({.label = "cloudflare-edit-video",
                            .step = "hide where the Cloudflare recording was copied from",
                            .method = "POST",
                            .path = "",
                            .id = id,
                            .body = json::object().set("meta", meta_of(as)).dump()});
}

edge::task<edge::outcome<download>> api::get_download(std::string_view id) {
  return ask_for_download({.label = "cloudflare-get-download",
                           .step = "ask for the file of the Cloudflare recording",
                           .path = "",
                           .id = id,
                           .rest = "/downloads"});
}

edge::task<edge::outcome<download>> api::create_download(std::string_view id) {
  return ask_for_download({.label = "cloudflare-create-download",
                           .step = "have Cloudflare make a file of the recording",
                           .method = "POST",
                           .path = "",
                           .id = id,
                           .rest = "/downloads"});
}

// Fails with not_found if nobody has asked for one. Cloudflare has been seen to answer without the name of
// the file's kind.
edge::task<edge::outcome<download>> api::ask_for_download(providers::call what) {
  const auto answer = co_await client_.ask(what);
  const json::value result = answer.root()["result"];
  const json::value file = result["default"].exists() ? result["default"] : result;
  const auto state = file["status"].text();
  if (!state) {
    co_return std::unexpected(edge::error{edge::error_kind::not_found, what.step});
  }
  download made{
      .url = {}, .has_failed = state == "error", .percent = percent_of(file["percentComplete"].number())};
  if (state == "ready") {
    made.url = text_in(file["url"], form::is_url).value_or("");
    if (!settings_.is_playback_url(made.url)) {
      co_return std::unexpected(malformed(what.step));
    }
  }
  co_return made;
}

edge::task<edge::outcome<upload>> api::create_upload(const new_video& wanted, std::int64_t size,
                                                     std::chrono::seconds longest, edge::timestamp until) {
  constexpr std::string_view step = "ask Cloudflare for an address to upload to";
  edge::operation::fetch call{
      .method = "POST",
      .url = settings_.api_url + "/accounts/" + settings_.account_id + "/stream?direct_user=true",
      .headers = {{"Authorization", "Bearer " + std::string{settings_.api_token.text()}},
                  {"Tus-Resumable", "1.0.0"},
                  {"Upload-Length", json::decimal(size)},
                  {"Upload-Creator", wanted.creator},
                  {"Upload-Metadata", tus_metadata(wanted, longest, until)}},
      .body = "",
      .timeout = call_timeout,
      .body_limit = answer_limit};
  const auto answer = co_await edge::succeeded(
      step, co_await attempt(host_.fetch("cloudflare-create-upload", std::move(call), deadline_)));
  const auto url = answer.headers.find("location");
  const auto id = answer.headers.find("stream-media-id");
  if (!url || !url->starts_with("http") || !id || !form::is_id(*id)) {
    co_return std::unexpected(malformed(step));
  }
  co_return upload{.url = crypto::secret{std::string{*url}}, .video_id = std::string{*id}};
}

} // namespace cloudflare
