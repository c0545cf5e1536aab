// Live inputs.
#include "cloudflare/api.h"
#include "cloudflare/reading.h"
#include "json/reader.h"
#include "json/writer.h"

#include <algorithm>
#include <utility>

namespace cloudflare {

using providers::malformed;
using providers::too_many;

namespace {

// The member of a live input's meta that holds our stream's id.
constexpr std::string_view tag_name = "streamId";

json::object recording(bool require_signed_urls) {
  return json::object()
      .set("mode", "automatic")
      .set("timeoutSeconds", api::dropout_window_seconds)
      .set("requireSignedURLs", require_signed_urls);
}

std::string creation(const new_live_input& wanted) {
  return json::object()
      .set("meta", json::object().set("name", wanted.name).set(tag_name, wanted.tag))
      .set("recording", recording(wanted.require_signed_urls))
      .set("preferLowLatency", false)
      .dump();
}

// The settings that matter and that Cloudflare could leave out silently.
struct essentials {
  std::optional<std::string_view> mode;
  std::optional<bool> require_signed_urls;
  std::optional<std::string_view> tag;

  static essentials of(const json::value& live_input) {
    const json::value recording = live_input["recording"];
    return {.mode = recording["mode"].text(),
            .require_signed_urls = recording["requireSignedURLs"].boolean(),
            .tag = live_input["meta"][tag_name].text()};
  }

  // What the other lacks.
  [[nodiscard]] std::optional<std::string_view> missing_in(const essentials& other) const {
    if (other.mode != mode) {
      return "it does not record";
    }
    if (other.require_signed_urls != require_signed_urls) {
      return "its playback is not protected as was asked";
    }
    if (other.tag != tag) {
      return "it does not carry our tag";
    }
    return std::nullopt;
  }
};

} // namespace

edge::task<edge::outcome<live_input>> api::create_live_input(const new_live_input& wanted,
                                                             std::string_view idempotency_key) {
  constexpr std::string_view step = "create the Cloudflare live input";
  const auto answer = co_await client_.ask(
      {.label = "cloudflare-create-live-input",
       .step = step,
       .method = "POST",
       .path = live_inputs,
       .body = creation(wanted),
       .idempotency_key = idempotency_key,
       .refused_because = form::is_key(idempotency_key) ? "" : "its idempotency key cannot be used"});
  const json::value made = answer.root()["result"];
  auto read = live_input_in(made, settings_);
  if (!read) {
    co_return std::unexpected(malformed(step));
  }
  const essentials asked{
      .mode = "automatic", .require_signed_urls = wanted.require_signed_urls, .tag = wanted.tag};
  if (const auto what = asked.missing_in(essentials::of(made))) {
    // Without a tag nobody could find it later. With another tag it belongs to someone else.
    if (!essentials::of(made).tag) {
      (void)co_await attempt(delete_live_input(read->id));
    }
    co_return std::unexpected(malformed(step, *what));
  }
  co_return *std::move(read);
}

edge::task<edge::outcome<live_input>> api::get_live_input(std::string_view id) {
  return ask_for_live_input({.label = "cloudflare-get-live-input",
                             .step = "read the Cloudflare live input",
                             .path = live_inputs,
                             .id = id});
}

edge::task<edge::outcome<live_input>> api::protect_live_input(std::string_view id, bool require_signed_urls,
                                                              bool enabled) {
  return ask_for_live_input(
      {.label = "cloudflare-protect-live-input",
       .step = "change who may watch the Cloudflare live input",
       .method = "PUT",
       .path = live_inputs,
       .id = id,
       .body =
           json::object().set("enabled", enabled).set("recording", recording(require_signed_urls)).dump()});
}

edge::task<edge::status> api::disable_live_input(std::string_view id) {
  return client_.carry_out({.label = "cloudflare-disable-live-input",
                            .step = "disable the Cloudflare live input",
                            .method = "POST",
                            .path = live_inputs,
                            .id = id,
                            .rest = "/disable"});
}

edge::task<edge::outcome<live_input>> api::rotate_keys(std::string_view id) {
  return ask_for_live_input({.label = "cloudflare-rotate-keys",
                             .step = "rotate the keys of the Cloudflare live input",
                             .method = "POST",
                             .path = live_inputs,
                             .id = id,
                             .rest = "/rotate_keys"});
}

edge::task<edge::outcome<std::vector<listed_live_input>>> api::find_live_inputs_by_tag(std::string_view tag) {
  constexpr std::string_view step = "look for the Cloudflare live input";
  auto list = co_await read_list(step, tag);
  std::erase_if(list.live_inputs, [&](const listed_live_input& each) { return each.tag != tag; });
  if (list.live_inputs.empty() && list.more) {
    co_return std::unexpected(too_many(step));
  }
  co_return std::move(list.live_inputs);
}

edge::task<edge::outcome<live_input_list>> api::list_live_inputs(std::string_view tag_prefix) {
  return read_list("list the Cloudflare live inputs", tag_prefix);
}

edge::task<edge::status> api::delete_live_input(std::string_view id) {
  return client_.carry_out({.label = "cloudflare-delete-live-input",
                            .step = "delete the Cloudflare live input",
                            .method = "DELETE",
                            .path = live_inputs,
                            .id = id},
                           edge::error_kind::not_found);
}

edge::task<edge::outcome<live_input>> api::ask_for_live_input(providers::call what) {
  const auto answer = co_await client_.ask(what);
  auto read = live_input_in(answer.root()["result"], settings_);
  if (!read || read->id != what.id) {
    co_return std::unexpected(malformed(what.step));
  }
  co_return *std::move(read);
}

edge::task<edge::outcome<live_input_list>> api::read_list(std::string_view step,
                                                          std::string_view tag_prefix) {
  const auto answer =
      co_await client_.ask({.label = "cloudflare-list-live-inputs",
                            .step = step,
                            .path = live_inputs,
                            .query = "?include_counts=true",
                            .limit = list_limit,
                            .refused_because = tag_prefix.empty() ? "the prefix is empty" : ""});
  const json::value result = answer.root()["result"];
  if (!result["liveInputs"].is_array()) {
    co_return std::unexpected(malformed(step));
  }
  const std::vector<json::value> all = result["liveInputs"].elements();
  live_input_list read{.live_inputs = {},
                       .more = result["total"].integer().value_or(0) > static_cast<std::int64_t>(all.size())};
  for (const json::value& each : all) {
    const auto tag = each["meta"][tag_name].text();
    if (!tag || !tag->starts_with(tag_prefix)) {
      continue;
    }
    auto id = text_in(each["uid"], form::is_id);
    if (!id) {
      co_return std::unexpected(malformed(step));
    }
    read.live_inputs.push_back(
        {.id = *std::move(id), .tag = std::string{*tag}, .created = time_in(each["created"])});
  }
  co_return read;
}

} // namespace cloudflare
