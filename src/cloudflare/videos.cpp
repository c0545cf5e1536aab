// Recordings, and what is to be seen of them from outside.
#include "cloudflare/api.h"
#include "cloudflare/reading.h"

#include <utility>

namespace cloudflare {

edge::task<edge::outcome<std::vector<video>>> api::list_videos(std::string_view live_input_id) {
  constexpr std::string_view step = "list the Cloudflare recordings";
  const auto answer = co_await ask({.label = "cloudflare-list-videos",
                                    .step = step,
                                    .method = "GET",
                                    .id = live_input_id,
                                    .rest = "/videos",
                                    .limit = list_limit});
  const json::value result = answer.root()["result"];
  if (!result.is_array()) {
    co_return std::unexpected(malformed(step));
  }
  std::vector<video> videos;
  for (const json::value& each : result.elements()) {
    auto read = video_in(each, settings_);
    if (!read || read->live_input_id.value_or(std::string(live_input_id)) != live_input_id) {
      co_return std::unexpected(malformed(step));
    }
    read->live_input_id = live_input_id;
    videos.push_back(*std::move(read));
  }
  co_return videos;
}

edge::task<edge::outcome<video>> api::get_video(std::string_view id) {
  constexpr std::string_view step = "read the Cloudflare recording";
  const auto answer = co_await ask(
      {.label = "cloudflare-get-video", .step = step, .method = "GET", .collection = "", .id = id});
  auto read = video_in(answer.root()["result"], settings_);
  if (!read || read->id != id) {
    co_return std::unexpected(malformed(step));
  }
  co_return *std::move(read);
}

edge::task<edge::status> api::delete_video(std::string_view id) {
  return remove({.label = "cloudflare-delete-video",
                 .step = "delete the Cloudflare recording",
                 .method = "DELETE",
                 .collection = "",
                 .id = id});
}

// Asked of the playback host as a player would: what looks like a script is turned away there.
edge::task<edge::outcome<lifecycle>> api::get_lifecycle(std::string_view customer_url,
                                                        std::string_view id_or_token) {
  constexpr std::string_view step = "ask whether the Cloudflare live input is live";
  constexpr std::string_view browser =
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
  if (!settings_.is_playback_url(customer_url) || !form::is_id_or_token(id_or_token)) {
    co_return std::unexpected(refused(step, "this is no playback address"));
  }
  edge::operation::fetch request{
      .method = "GET",
      .url = std::string(customer_url).append("/").append(id_or_token).append("/lifecycle"),
      .headers = {{"User-Agent", std::string(browser)}, {"Accept", "application/json"}},
      .body = {},
      .timeout = call_timeout,
      .body_limit = answer_limit};
  const std::string body = co_await body_of(
      step, co_await attempt(host_.fetch("cloudflare-get-lifecycle", std::move(request), deadline_)));
  const auto document = json::document::parse(body);
  const json::value root = document ? document->root() : json::value();
  const auto is_input = root["isInput"].boolean();
  const auto live = root["live"].boolean();
  if (!is_input || !live) {
    co_return std::unexpected(malformed(step));
  }
  co_return lifecycle{
      .is_input = *is_input, .live = *live, .video_id = form::text_in(root["videoUID"], form::is_id)};
}

} // namespace cloudflare
