// Recordings.
#include "json/writer.h"
#include "mux/api.h"
#include "mux/reading.h"

#include <algorithm>
#include <string>
#include <utility>

namespace mux {

using providers::malformed;
using providers::too_many;

namespace {

constexpr std::string_view assets = "/assets";

// Adds the assets of a page that are not there yet. Returns false if an asset is not what Mux documents, or
// belongs to another live stream.
bool collect(const std::vector<json::value>& page, std::string_view live_stream_id,
             std::vector<asset>& found) {
  for (const json::value& each : page) {
    auto read = asset_in(each);
    if (!read || read->live_stream_id != live_stream_id) {
      return false;
    }
    if (!std::ranges::contains(found, read->id, &asset::id)) {
      found.push_back(*std::move(read));
    }
  }
  return true;
}

} // namespace

edge::task<edge::outcome<std::vector<asset>>>
api::list_assets_of_live_stream(std::string_view live_stream_id) {
  constexpr std::string_view step = "list the Mux recordings";
  std::vector<asset> found;
  for (std::size_t page = 1; page <= max_pages; ++page) {
    const auto answer =
        co_await client_.ask({.label = "mux-list-assets",
                              .step = step,
                              .path = assets,
                              .query = page_query(page).append("&live_stream_id=").append(live_stream_id),
                              .limit = list_limit,
                              .refused_because = form::is_id(live_stream_id) ? "" : "the id is malformed"});
    const json::value data = answer.root()["data"];
    const std::vector<json::value> all = data.elements();
    if (!data.is_array() || !collect(all, live_stream_id, found)) {
      co_return std::unexpected(malformed(step));
    }
    if (all.size() < page_size) {
      co_return found;
    }
  }
  co_return std::unexpected(too_many(step));
}

edge::task<edge::outcome<playback_id>> api::add_playback_id(std::string_view asset_id,
                                                            playback_policy policy) {
  constexpr std::string_view step = "change who may watch the Mux recording";
  const auto answer = co_await client_.ask({.label = "mux-add-playback-id",
                                            .step = step,
                                            .method = "POST",
                                            .path = assets,
                                            .id = asset_id,
                                            .rest = "/playback-ids",
                                            .body = json::object().set("policy", name_of(policy)).dump()});
  const json::value made = answer.root()["data"];
  auto id = providers::text_in(made["id"], form::is_id);
  if (!id || made["policy"].text() != name_of(policy)) {
    co_return std::unexpected(malformed(step));
  }
  co_return playback_id{.id = *std::move(id), .policy = policy};
}

edge::task<edge::status> api::remove_playback_id(std::string_view asset_id, std::string_view playback_id) {
  return client_.carry_out({.label = "mux-remove-playback-id",
                            .step = "change who may watch the Mux recording",
                            .method = "DELETE",
                            .path = assets,
                            .id = asset_id,
                            .rest = "/playback-ids",
                            .second_id = playback_id},
                           edge::error_kind::not_found);
}

edge::task<edge::status> api::delete_asset(std::string_view id) {
  return client_.carry_out({.label = "mux-delete-asset",
                            .step = "delete the Mux recording",
                            .method = "DELETE",
                            .path = assets,
                            .id = id},
                           edge::error_kind::not_found);
}

} // namespace mux
