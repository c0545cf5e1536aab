// Recordings, and what the playback host tells everyone.
#include "cloudflare/api.h"
#include "cloudflare/reading.h"
#include "json/number.h"
#include "json/reader.h"

#include <algorithm>
#include <utility>

namespace cloudflare {

using providers::malformed;
using providers::too_many;

namespace {

constexpr providers::dialect playback_host{.is_id = form::is_id_or_token};

// The playback host answers 403 (error code 1010) to a User-Agent that looks like a script.
constexpr const char* browser =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

} // namespace

// The newest come first. A page says nothing of those after it, so it ends with the last one that is not
// full.
edge::task<edge::outcome<std::vector<video>>> api::list_videos(std::string_view live_input_id) {
  constexpr std::string_view step = "list the Cloudflare recordings";
  std::string query = "?limit=" + json::decimal(page_size) + "&live_input_id=" + std::string{live_input_id};
  const std::size_t first_page = query.size();
  std::vector<video> videos;
  for (std::size_t page = 1; page <= max_pages; ++page) {
    const auto answer =
        co_await client_.ask({.label = "cloudflare-list-videos",
                              .step = step,
                              .path = "",
                              .query = query,
                              .limit = list_limit,
                              .refused_because = form::is_id(live_input_id) ? "" : "the id is malformed"});
    const json::value result = answer.root()["result"];
    if (!result.is_array()) {
      co_return std::unexpected(malformed(step));
    }
    const std::vector<json::value> all = result.elements();
    for (const json::value& each : all) {
      if (each["liveInput"].text() != live_input_id) {
        continue;
      }
      auto read = video_in(each, settings_);
      if (!read) {
        co_return std::unexpected(malformed(step));
      }
      if (!std::ranges::contains(videos, read->id, &video::id)) {
        videos.push_back(*std::move(read));
      }
    }
    const auto oldest = all.empty() ? std::nullopt : all.back()["created"].text();
    if (all.size() < page_size || !oldest) {
      co_return videos;
    }
    query.resize(first_page);
    query.append("&before=").append(*oldest);
  }
  co_return std::unexpected(too_many(step));
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
