// Recordings.
#include "cloudflare/api.h"
#include "cloudflare/reading.h"
#include "json/number.h"
#include "json/reader.h"
#include "json/writer.h"

#include <algorithm>
#include <utility>

namespace cloudflare {

using providers::malformed;
using providers::too_many;

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

edge::task<edge::status> api::protect_video(std::string_view id, bool require_signed_urls) {
  return client_.carry_out({.label = "cloudflare-protect-video",
                            .step = "change who may watch the Cloudflare recording",
                            .method = "POST",
                            .path = "",
                            .id = id,
                            .body = json::object().set("requireSignedURLs", require_signed_urls).dump()},
                           edge::error_kind::not_found);
}

edge::task<edge::status> api::delete_video(std::string_view id) {
  return client_.carry_out({.label = "cloudflare-delete-video",
                            .step = "delete the Cloudflare recording",
                            .method = "DELETE",
                            .path = "",
                            .id = id},
                           edge::error_kind::not_found);
}

} // namespace cloudflare
