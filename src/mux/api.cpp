// Calls to Mux and their answers.
#include "mux/api.h"

#include "crypto/base64.h"
#include "json/array.h"
#include "json/object.h"
#include "mux/answer.h"
#include "mux/form.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace mux {
namespace {

constexpr std::string_view live_streams = "/video/v1/live-streams";

std::string path_of(std::string_view id) { return std::string(live_streams).append("/").append(id); }

std::string authorization(const settings& with) {
  const crypto::byte_view secret = with.token_secret.bytes();
  std::string both = with.token_id + ':';
  both.append(secret.begin(), secret.end());
  return "Basic " + crypto::base64_encode(both);
}

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
                     .active_asset_id = form::text_in(from["active_asset_id"], form::is_id)};
}

std::string list_path(std::size_t page) {
  return std::string(live_streams) + "?limit=" + std::to_string(api::page_size) +
         "&page=" + std::to_string(page);
}

// Adds the live streams with that passthrough; false if one of them is not what Mux documents. While one is
// made, the others move on, and the last of a page is the first of the next.
bool collect(const json::value& page, std::string_view passthrough, std::vector<live_stream>& found) {
  for (const json::value& each : page.elements()) {
    if (each["passthrough"].text() != passthrough) {
      continue;
    }
    auto match = live_stream_in(each);
    if (!match) {
      return false;
    }
    if (!std::ranges::contains(found, match->id, &live_stream::id)) {
      found.push_back(*std::move(match));
    }
  }
  return true;
}

// An id that came from somewhere else than Mux never gets into a URL.
edge::error no_id(std::string_view step) {
  return {.kind = edge::error_kind::rejected, .what = step, .why = "this is no id"};
}

} // namespace

edge::task<std::expected<live_stream, edge::error>> api::create_live_stream(const new_live_stream& wanted) {
  constexpr std::string_view step = "create the Mux live stream";
  if (!form::is_passthrough(wanted.passthrough)) {
    co_return std::unexpected(edge::error{
        .kind = edge::error_kind::rejected, .what = step, .why = "its passthrough cannot be used"});
  }
  const auto answer = co_await co_await ask({.label = "mux-create-live-stream",
                                             .step = step,
                                             .method = "POST",
                                             .path = std::string(live_streams),
                                             .body = creation(wanted)});
  auto made = live_stream_in(answer.root()["data"]);
  // Without a playback id nobody can watch it; with another policy perhaps everybody.
  if (!made || !made->playback || made->playback->policy != wanted.policy) {
    co_return std::unexpected(malformed(step));
  }
  co_return *std::move(made);
}

edge::task<std::expected<live_stream, edge::error>> api::get_live_stream(std::string_view id) {
  constexpr std::string_view step = "read the Mux live stream";
  if (!form::is_id(id)) {
    co_return std::unexpected(no_id(step));
  }
  const auto answer = co_await co_await ask(
      {.label = "mux-get-live-stream", .step = step, .method = "GET", .path = path_of(id)});
  auto read = live_stream_in(answer.root()["data"]);
  if (!read || read->id != id) {
    co_return std::unexpected(malformed(step));
  }
  co_return *std::move(read);
}

edge::task<std::expected<std::vector<live_stream>, edge::error>>
api::find_live_streams_by_passthrough(std::string_view passthrough) {
  constexpr std::string_view step = "look for the Mux live stream";
  std::vector<live_stream> found;
  for (std::size_t page = 1; page <= max_pages; ++page) {
    const auto answer = co_await co_await ask({.label = "mux-list-live-streams",
                                               .step = step,
                                               .method = "GET",
                                               .path = list_path(page),
                                               .limit = list_limit});
    const json::value data = answer.root()["data"];
    if (!data.is_array() || !collect(data, passthrough, found)) {
      co_return std::unexpected(malformed(step));
    }
    if (!data.at(page_size - 1).exists()) {
      co_return found;
    }
  }
  co_return std::unexpected(
      edge::error{.kind = edge::error_kind::too_large, .what = step, .why = "there are too many"});
}

edge::task<std::expected<void, edge::error>> api::delete_live_stream(std::string_view id) {
  constexpr std::string_view step = "delete the Mux live stream";
  if (!form::is_id(id)) {
    co_return std::unexpected(no_id(step));
  }
  auto answer = co_await send(
      {.label = "mux-delete-live-stream", .step = step, .method = "DELETE", .path = path_of(id)});
  if (!answer && answer.error().kind != edge::error_kind::not_found) {
    co_return std::unexpected(std::move(answer).error());
  }
  co_return std::expected<void, edge::error>();
}

// The body of the answer, if it was a success.
edge::task<std::expected<std::string, edge::error>> api::send(const call& what) {
  edge::operation::fetch request{
      .method = std::string(what.method),
      .url = settings_.api_url + what.path,
      .headers = {{"Authorization", authorization(settings_)}, {"Accept", "application/json"}},
      .body = what.body.value_or(""),
      .timeout = call_timeout,
      .body_limit = what.limit};
  if (what.body) {
    request.headers.add("Content-Type", "application/json");
  }
  co_return body_of(what.step, co_await host_.fetch(what.label, std::move(request), deadline_));
}

edge::task<std::expected<json::document, edge::error>> api::ask(const call& what) {
  const std::string body = co_await co_await send(what);
  co_return document_of(what.step, body);
}

} // namespace mux
