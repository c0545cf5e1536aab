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

edge::task<edge::outcome<asset>> api::get_asset(std::string_view id) {
  return ask_for_asset(
      {.label = "mux-get-asset", .step = "read the Mux recording", .path = assets, .id = id});
}

edge::task<edge::outcome<asset>> api::open_master(std::string_view id) {
  return ask_for_asset({.label = "mux-open-master",
                        .step = "have Mux make a file of the recording",
                        .method = "PUT",
                        .path = assets,
                        .id = id,
                        .rest = "/master-access",
                        .body = json::object().set("master_access", "temporary").dump()});
}

edge::task<edge::status> api::make_mp4(std::string_view id) {
  return client_.carry_out({.label = "mux-make-mp4",
                            .step = "have Mux make an MP4 of the recording",
                            .method = "POST",
                            .path = assets,
                            .id = id,
                            .rest = "/static-renditions",
                            .body = json::object().set("resolution", "highest").dump()},
                           edge::error_kind::rejected);
}

// The second id ends the address, so the rest of it stands where a query would.
edge::task<edge::status> api::generate_captions(std::string_view asset_id, std::string_view audio_track,
                                                std::string_view language, std::string_view name) {
  json::object wanted;
  wanted.set("language_code", language).set("name", name);
  return client_.carry_out(
      {.label = "mux-generate-captions",
       .step = "have Mux make captions",
       .method = "POST",
       .path = assets,
       .id = asset_id,
       .rest = "/tracks",
       .second_id = audio_track,
       .query = "/generate-subtitles",
       .body = json::object().set("generated_subtitles", json::array().add(std::move(wanted))).dump()});
}

edge::task<edge::outcome<asset>> api::create_asset(const new_asset& wanted, std::string_view url) {
  const auto seconds = [](std::chrono::seconds time) { return time.count(); };
  json::object input;
  input.set("url", url)
      .set_if("start_time", wanted.from.transform(seconds))
      .set_if("end_time", wanted.to.transform(seconds));
  return ask_for_asset(
      {.label = "mux-create-asset",
       .step = "copy the recording to Mux",
       .method = "POST",
       .path = assets,
       .body = json::object()
                   .set("inputs", json::array().add(std::move(input)))
                   .set("playback_policies", json::array().add(name_of(wanted.policy)))
                   .set("passthrough", wanted.passthrough)
                   .set("meta", json::object().set("title", wanted.title))
                   .dump(),
       .refused_because = form::is_passthrough(wanted.passthrough) ? "" : "its passthrough cannot be used"});
}

edge::task<edge::outcome<asset>> api::ask_for_asset(providers::call what) {
  const auto answer = co_await client_.ask(what);
  auto read = asset_in(answer.root()["data"]);
  if (!read || (what.id && read->id != what.id)) {
    co_return std::unexpected(malformed(what.step));
  }
  co_return *std::move(read);
}

edge::task<edge::outcome<std::vector<asset>>> api::find_assets(std::string_view passthrough,
                                                               edge::timestamp since) {
  constexpr std::string_view step = "look for the copy at Mux";
  std::vector<asset> found;
  for (std::size_t page = 1; page <= max_pages; ++page) {
    const auto answer = co_await client_.ask({.label = "mux-list-new-assets",
                                              .step = step,
                                              .path = assets,
                                              .query = page_query(page),
                                              .limit = list_limit});
    const json::value data = answer.root()["data"];
    if (!data.is_array()) {
      co_return std::unexpected(malformed(step));
    }
    const std::vector<json::value> all = data.elements();
    bool reaches_back = all.size() < page_size;
    for (const json::value& each : all) {
      auto read = asset_in(each);
      if (!read) {
        co_return std::unexpected(malformed(step));
      }
      reaches_back = reaches_back || (read->created_at && *read->created_at < since);
      if (read->passthrough == passthrough && !std::ranges::contains(found, read->id, &asset::id)) {
        found.push_back(*std::move(read));
      }
    }
    if (reaches_back) {
      co_return found;
    }
  }
  co_return std::unexpected(too_many(step));
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
