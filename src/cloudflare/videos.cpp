// Recordings, and what the playback host tells everyone.
#include "cloudflare/api.h"
#include "cloudflare/reading.h"
#include "json/reader.h"

#include <utility>

namespace cloudflare {

using providers::malformed;

namespace {

constexpr providers::dialect playback_host{.is_id = form::is_id_or_token};

// The playback host answers 403 (error code 1010) to a User-Agent that looks like a script.
constexpr const char* browser =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

} // namespace

edge::task<edge::outcome<std::vector<video>>> api::list_videos(std::string_view live_input_id) {
  constexpr std::string_view step = "list the Cloudflare recordings";
  const auto answer = co_await client_.ask({.label = "cloudflare-list-videos",
                                            .step = step,
                                            .path = live_inputs,
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
    if (!read || read->live_input_id.value_or(std::string{live_input_id}) != live_input_id) {
      co_return std::unexpected(malformed(step));
    }
    read->live_input_id = live_input_id;
    videos.push_back(*std::move(read));
  }
  co_return videos;
}

edge::task<edge::status> api::delete_video(std::string_view id) {
  return client_.carry_out({.label = "cloudflare-delete-video",
                            .step = "delete the Cloudflare recording",
                            .method = "DELETE",
                            .path = "",
                            .id = id},
                           edge::error_kind::not_found);
}

edge::task<edge::outcome<lifecycle>> api::get_lifecycle(std::string_view customer_url,
                                                        std::string_view id_or_token) {
  constexpr std::string_view step = "ask whether the Cloudflare live input is live";
  providers::rest_client client{
      host_, deadline_, playback_host, std::string{customer_url}, {{"User-Agent", browser}}};
  const auto answer = co_await client.ask(
      {.label = "cloudflare-get-lifecycle",
       .step = step,
       .path = "",
       .id = id_or_token,
       .rest = "/lifecycle",
       .refused_because = settings_.is_playback_url(customer_url) ? "" : "this is not a playback address"});
  const json::value root = answer.root();
  const auto live = root["live"].boolean();
  if (!live || !root["isInput"].boolean()) {
    co_return std::unexpected(malformed(step));
  }
  co_return lifecycle{.live = *live, .video_id = text_in(root["videoUID"], form::is_id)};
}

} // namespace cloudflare
