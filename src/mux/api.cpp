// What all calls to Mux have in common.
#include "mux/api.h"

#include "crypto/base64.h"
#include "json/writer.h"
#include "mux/reading.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace mux {

namespace {

std::string authorization(const settings& with) {
  return "Basic " + crypto::base64_encode(with.token_id + ':' + std::string(with.token_secret.text()));
}

} // namespace

edge::task<edge::outcome<std::string>> api::send(call what) {
  std::string url = settings_.api_url + "/video/v1/";
  url.append(what.collection);
  if (what.id) {
    // An id that came from somewhere else than Mux never gets into a URL.
    if (!form::is_id(*what.id)) {
      co_return std::unexpected(refused(what.step, "this is no id"));
    }
    url.append("/").append(*what.id).append(what.rest);
  }
  edge::operation::fetch request{
      .method = std::string(what.method),
      .url = std::move(url.append(what.query)),
      .headers = {{"Authorization", authorization(settings_)}, {"Accept", "application/json"}},
      .body = what.body.value_or(""),
      .timeout = call_timeout,
      .body_limit = what.limit};
  if (what.body) {
    request.headers.add("Content-Type", "application/json");
  }
  co_return body_of(what.step, co_await attempt(host_.fetch(what.label, std::move(request), deadline_)));
}

edge::task<edge::outcome<json::document>> api::ask(call what) {
  const std::string_view step = what.step;
  const std::string body = co_await send(std::move(what));
  co_return document_of(step, body);
}

edge::task<edge::status> api::carry_out(call what, std::optional<edge::error_kind> done) {
  const auto body = co_await attempt(send(std::move(what)));
  if (!body && (body.error().kind != done || body.error().status == 0)) {
    co_return std::unexpected(body.error());
  }
  co_return edge::status();
}

std::string api::page_query(std::size_t page) {
  return "?limit=" + std::to_string(page_size) + "&page=" + std::to_string(page);
}

// Live streams.

namespace {

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

std::string creation(const new_live_stream& wanted) {
  const auto policies = [&] { return json::array().add(name_of(wanted.policy)); };
  json::object body;
  body.set("playback_policies", policies())
      .set("new_asset_settings",
           json::object().set("playback_policies", policies()).set("passthrough", wanted.passthrough))
      .set("latency_mode", "low")
      .set("reconnect_window", api::reconnect_window_seconds)
      .set("passthrough", wanted.passthrough);
  if (!wanted.title.empty()) {
    body.set("meta", json::object().set("title", cut(wanted.title, new_live_stream::max_title_size)));
  }
  return body.dump();
}

std::optional<live_stream_status> status_in(const json::value& from) {
  const auto text = from.text();
  if (text == "idle") {
    return live_stream_status::idle;
  }
  if (text == "active") {
    return live_stream_status::active;
  }
  if (text == "disabled") {
    return live_stream_status::disabled;
  }
  return std::nullopt;
}

std::optional<live_stream> live_stream_in(const json::value& from) {
  auto id = form::text_in(from["id"], form::is_id);
  auto key = form::text_in(from["stream_key"], form::is_stream_key);
  const auto status = status_in(from["status"]);
  if (!id || !key || !status) {
    return std::nullopt;
  }
  return live_stream{.id = *std::move(id),
                     .stream_key = crypto::secret(*std::move(key)),
                     .status = *status,
                     .playback = form::playback_in(from["playback_ids"]),
                     .passthrough = form::text_in(from["passthrough"], form::is_passthrough),
                     .active_asset_id = form::text_in(from["active_asset_id"], form::is_id),
                     .created_at = form::time_in(from["created_at"])};
}

} // namespace

edge::task<edge::outcome<live_stream>> api::create_live_stream(const new_live_stream& wanted) {
  constexpr std::string_view step = "create the Mux live stream";
  if (!form::is_passthrough(wanted.passthrough)) {
    co_return std::unexpected(refused(step, "its passthrough cannot be used"));
  }
  auto made = co_await ask_for_live_stream(
      {.label = "mux-create-live-stream", .step = step, .method = "POST", .body = creation(wanted)});
  // Without a playback id nobody can watch it; with another policy perhaps everybody.
  if (!made.playback || made.playback->policy != wanted.policy) {
    co_return std::unexpected(malformed(step));
  }
  co_return made;
}

edge::task<edge::outcome<live_stream>> api::get_live_stream(std::string_view id) {
  return ask_for_live_stream(
      {.label = "mux-get-live-stream", .step = "read the Mux live stream", .method = "GET", .id = id});
}

// While one is made, the others move on, and the last of a page is the first of the next.
edge::task<edge::outcome<std::vector<live_stream>>>
api::find_live_streams_by_passthrough(std::string_view passthrough) {
  constexpr std::string_view step = "look for the Mux live stream";
  std::vector<live_stream> found;
  for (std::size_t page = 1; page <= max_pages; ++page) {
    auto read = co_await read_page(step, passthrough, page);
    for (live_stream& each : read.live_streams) {
      if (each.passthrough == passthrough && !std::ranges::contains(found, each.id, &live_stream::id)) {
        found.push_back(std::move(each));
      }
    }
    if (!read.more) {
      co_return found;
    }
  }
  co_return std::unexpected(too_many(step));
}

edge::task<edge::outcome<live_stream_page>> api::list_live_streams(std::string_view passthrough_prefix,
                                                                   std::size_t page) {
  constexpr std::string_view step = "list the Mux live streams";
  if (passthrough_prefix.empty()) {
    co_return std::unexpected(refused(step, "an empty passthrough is everybody's"));
  }
  co_return co_await read_page(step, passthrough_prefix, page);
}

edge::task<edge::status> api::complete_live_stream(std::string_view id) {
  return carry_out({.label = "mux-complete-live-stream",
                    .step = "end the Mux broadcast",
                    .method = "PUT",
                    .id = id,
                    .rest = "/complete"},
                   edge::error_kind::rejected);
}

edge::task<edge::status> api::disable_live_stream(std::string_view id) {
  return carry_out({.label = "mux-disable-live-stream",
                    .step = "disable the Mux live stream",
                    .method = "PUT",
                    .id = id,
                    .rest = "/disable"});
}

edge::task<edge::status> api::enable_live_stream(std::string_view id) {
  return carry_out({.label = "mux-enable-live-stream",
                    .step = "enable the Mux live stream",
                    .method = "PUT",
                    .id = id,
                    .rest = "/enable"});
}

edge::task<edge::outcome<live_stream>> api::reset_stream_key(std::string_view id) {
  return ask_for_live_stream({.label = "mux-reset-stream-key",
                              .step = "reset the Mux stream key",
                              .method = "POST",
                              .id = id,
                              .rest = "/reset-stream-key"});
}

edge::task<edge::status> api::delete_live_stream(std::string_view id) {
  return carry_out(
      {.label = "mux-delete-live-stream", .step = "delete the Mux live stream", .method = "DELETE", .id = id},
      edge::error_kind::not_found);
}

// The live stream in the answer; if one was asked for by its id, that one.
edge::task<edge::outcome<live_stream>> api::ask_for_live_stream(call what) {
  const std::string_view step = what.step;
  const auto id = what.id;
  const auto answer = co_await ask(std::move(what));
  auto read = live_stream_in(answer.root()["data"]);
  if (!read || (id && read->id != *id)) {
    co_return std::unexpected(malformed(step));
  }
  co_return *std::move(read);
}

edge::task<edge::outcome<live_stream_page>>
api::read_page(std::string_view step, std::string_view passthrough_prefix, std::size_t page) {
  const auto answer = co_await ask({.label = "mux-list-live-streams",
                                    .step = step,
                                    .method = "GET",
                                    .query = page_query(page),
                                    .limit = list_limit});
  const json::value data = answer.root()["data"];
  if (!data.is_array()) {
    co_return std::unexpected(malformed(step));
  }
  const std::vector<json::value> all = data.elements();
  live_stream_page read{.live_streams = {}, .more = all.size() >= page_size};
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
