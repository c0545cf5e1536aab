// Recordings.
#include "mux/api.h"
#include "mux/reading.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace mux {

namespace {

constexpr std::string_view assets = "assets";

std::optional<asset_status> status_in(const json::value& from) {
  const auto text = from.text();
  if (text == "preparing") {
    return asset_status::preparing;
  }
  if (text == "ready") {
    return asset_status::ready;
  }
  if (text == "errored") {
    return asset_status::errored;
  }
  return std::nullopt;
}

std::optional<asset> asset_in(const json::value& from) {
  auto id = form::text_in(from["id"], form::is_id);
  const auto status = status_in(from["status"]);
  if (!id || !status) {
    return std::nullopt;
  }
  // Where the one is left out, the other tells.
  const bool grows = from["progress"]["state"].text() == "live";
  return asset{.id = *std::move(id),
               .status = *status,
               .is_live = from["is_live"].boolean().value_or(grows),
               .duration = form::duration_in(from["duration"]),
               .playback = form::playback_in(from["playback_ids"]),
               .started_at = form::start_in(from["recording_times"]),
               .created_at = form::time_in(from["created_at"]),
               .error = form::text_in(from["errors"]["type"], form::is_error_type),
               .live_stream_id = form::text_in(from["live_stream_id"], form::is_id),
               .passthrough = form::text_in(from["passthrough"], form::is_passthrough)};
}

// Adds the assets of a page that are not there yet; false if one of them is not what Mux documents, or of
// another live stream.
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
  if (!form::is_id(live_stream_id)) {
    co_return std::unexpected(refused(step, "this is no id"));
  }
  std::vector<asset> found;
  for (std::size_t page = 1; page <= max_pages; ++page) {
    const auto answer =
        co_await ask({.label = "mux-list-assets",
                      .step = step,
                      .method = "GET",
                      .collection = assets,
                      .query = page_query(page).append("&live_stream_id=").append(live_stream_id),
                      .limit = list_limit});
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

edge::task<edge::outcome<asset>> api::get_asset(std::string_view id) {
  constexpr std::string_view step = "read the Mux recording";
  const auto answer =
      co_await ask({.label = "mux-get-asset", .step = step, .method = "GET", .collection = assets, .id = id});
  auto read = asset_in(answer.root()["data"]);
  if (!read || read->id != id) {
    co_return std::unexpected(malformed(step));
  }
  co_return *std::move(read);
}

edge::task<edge::status> api::delete_asset(std::string_view id) {
  return carry_out({.label = "mux-delete-asset",
                    .step = "delete the Mux recording",
                    .method = "DELETE",
                    .collection = assets,
                    .id = id},
                   edge::error_kind::not_found);
}

} // namespace mux
