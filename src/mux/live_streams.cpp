// Live streams.
#include "json/reader.h"
#include "json/writer.h"
#include "mux/api.h"
#include "mux/reading.h"

#include <algorithm>
#include <utility>

namespace mux {

using providers::malformed;
using providers::too_many;

namespace {

constexpr std::string_view live_streams = "/live-streams";

// As much of a text in UTF-8 as fits, not ending within a character.
std::string_view cut(std::string_view text, std::size_t max_size) {
  if (text.size() <= max_size) {
    return text;
  }
  std::size_t size = max_size;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80U) {
    --size;
  }
  return text.substr(0, size);
}

std::string creation(const new_live_stream& wanted, std::string_view latency_mode) {
  const auto policies = [&] { return json::array().add(name_of(wanted.policy)); };
  json::object body;
  body.set("playback_policies", policies())
      .set("new_asset_settings",
           json::object().set("playback_policies", policies()).set("passthrough", wanted.passthrough))
      .set("latency_mode", latency_mode)
      .set("reconnect_window", api::reconnect_window_seconds)
      .set("passthrough", wanted.passthrough);
  if (!wanted.title.empty()) {
    body.set("meta", json::object().set("title", cut(wanted.title, new_live_stream::max_title_size)));
  }
  return body.dump();
}

} // namespace

edge::task<edge::outcome<live_stream>> api::create_live_stream(const new_live_stream& wanted) {
  return ask_for_live_stream(
      {.label = "mux-create-live-stream",
       .step = "create the Mux live stream",
       .method = "POST",
       .path = live_streams,
       .body = creation(wanted, latency_mode_),
       .refused_because = form::is_passthrough(wanted.passthrough) ? "" : "its passthrough cannot be used"},
      wanted.policy);
}

edge::task<edge::outcome<live_stream>> api::get_live_stream(std::string_view id) {
  return ask_for_live_stream(
      {.label = "mux-get-live-stream", .step = "read the Mux live stream", .path = live_streams, .id = id});
}

// While new live streams are made, the list moves on, and the last one of a page becomes the first one of the
// next.
edge::task<edge::outcome<std::vector<live_stream>>>
api::find_live_streams_by_passthrough(std::string_view passthrough, edge::timestamp since) {
  constexpr std::string_view step = "look for the Mux live stream";
  std::vector<live_stream> found;
  for (std::size_t page = 1; page <= max_pages; ++page) {
    auto read = co_await read_page(step, passthrough, page);
    for (live_stream& each : read.live_streams) {
      if (each.passthrough == passthrough && !std::ranges::contains(found, each.id, &live_stream::id)) {
        found.push_back(std::move(each));
      }
    }
    if (!read.more || (read.oldest && *read.oldest < since)) {
      co_return found;
    }
  }
  co_return std::unexpected(too_many(step));
}

edge::task<edge::outcome<live_stream_page>> api::list_live_streams(std::string_view passthrough_prefix,
                                                                   std::size_t page) {
  return read_page("list the Mux live streams", passthrough_prefix, page);
}

edge::task<edge::status> api::complete_live_stream(std::string_view id) {
  return client_.carry_out({.label = "mux-complete-live-stream",
                            .step = "end the Mux broadcast",
                            .method = "PUT",
                            .path = live_streams,
                            .id = id,
                            .rest = "/complete"},
                           edge::error_kind::rejected);
}

edge::task<edge::status> api::disable_live_stream(std::string_view id) {
  return client_.carry_out({.label = "mux-disable-live-stream",
                            .step = "disable the Mux live stream",
                            .method = "PUT",
                            .path = live_streams,
                            .id = id,
                            .rest = "/disable"});
}

edge::task<edge::outcome<live_stream>> api::reset_stream_key(std::string_view id) {
  return ask_for_live_stream({.label = "mux-reset-stream-key",
                              .step = "reset the Mux stream key",
                              .method = "POST",
                              .path = live_streams,
                              .id = id,
                              .rest = "/reset-stream-key"});
}

edge::task<edge::status> api::delete_live_stream(std::string_view id) {
  return client_.carry_out({.label = "mux-delete-live-stream",
                            .step = "delete the Mux live stream",
                            .method = "DELETE",
                            .path = live_streams,
                            .id = id},
                           edge::error_kind::not_found);
}

edge::task<edge::outcome<live_stream>> api::ask_for_live_stream(providers::call what,
                                                                std::optional<playback_policy> policy) {
  const auto answer = co_await client_.ask(what);
  auto read = live_stream_in(answer.root()["data"]);
  const bool is_other = read && what.id && read->id != *what.id;
  // Without a playback id nobody can watch it. With another policy everyone might.
  const bool plays_otherwise = read && policy && (!read->playback || read->playback->policy != *policy);
  if (!read || is_other || plays_otherwise) {
    co_return std::unexpected(malformed(what.step));
  }
  co_return *std::move(read);
}

edge::task<edge::outcome<live_stream_page>>
api::read_page(std::string_view step, std::string_view passthrough_prefix, std::size_t page) {
  const auto answer =
      co_await client_.ask({.label = "mux-list-live-streams",
                            .step = step,
                            .path = live_streams,
                            .query = page_query(page),
                            .limit = list_limit,
                            .refused_because = passthrough_prefix.empty() ? "the prefix is empty" : ""});
  const json::value data = answer.root()["data"];
  if (!data.is_array()) {
    co_return std::unexpected(malformed(step));
  }
  const std::vector<json::value> all = data.elements();
  live_stream_page read{.live_streams = {},
                        .more = all.size() >= page_size,
                        .oldest = all.empty() ? std::nullopt : time_in(all.back()["created_at"])};
  for (const json::value& each : all) {
    const auto passthrough = each["passthrough"].text();
    if (!passthrough || !passthrough->starts_with(passthrough_prefix)) {
      continue;
    }
    auto match = live_stream_in(each);
    if (!match) {
      co_return std::unexpected(malformed(step));
    }
    read.live_streams.push_back(*std::move(match));
  }
  co_return read;
}

} // namespace mux
