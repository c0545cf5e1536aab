// What all calls to Cloudflare Stream have in common.
#include "cloudflare/api.h"

#include "cloudflare/reading.h"
#include "json/writer.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace cloudflare {

edge::task<edge::outcome<std::string>> api::send(call what) {
  // An id that came from somewhere else than Cloudflare never gets into a URL.
  if ((what.id && !form::is_id(*what.id)) || (what.second_id && !form::is_id(*what.second_id))) {
    co_return std::unexpected(refused(what.step, "this is no id"));
  }
  std::string url = settings_.api_url + "/accounts/" + settings_.account_id + "/stream";
  url.append(what.collection);
  if (what.id) {
    url.append("/").append(*what.id);
  }
  url.append(what.rest);
  if (what.second_id) {
    url.append("/").append(*what.second_id);
  }
  edge::operation::fetch request{
      .method = std::string(what.method),
      .url = std::move(url),
      .headers = {{"Authorization", std::string("Bearer ").append(settings_.api_token.text())},
                  {"Accept", "application/json"}},
      .body = what.body.value_or(""),
      .timeout = call_timeout,
      .body_limit = what.limit};
  if (what.body) {
    request.headers.add("Content-Type", "application/json");
  }
  if (what.idempotency_key) {
    request.headers.add("Idempotency-Key", std::string(*what.idempotency_key));
  }
  co_return body_of(what.step, co_await attempt(host_.fetch(what.label, std::move(request), deadline_)));
}

edge::task<edge::outcome<json::document>> api::ask(call what) {
  const std::string_view step = what.step;
  const std::string body = co_await send(std::move(what));
  co_return document_of(step, body);
}

// What Cloudflare answers to a deletion is an empty text here, an empty object there: unless it says that it
// was no success, it was one.
edge::task<edge::status> api::remove(call what) {
  const std::string_view step = what.step;
  const auto body = co_await attempt(send(std::move(what)));
  if (!body && body.error().kind != edge::error_kind::not_found) {
    co_return std::unexpected(body.error());
  }
  if (body) {
    const auto answer = document_of(step, *body);
    if (!answer && answer.error().kind == edge::error_kind::rejected) {
      co_return std::unexpected(answer.error());
    }
  }
  co_return edge::status();
}

// Live inputs.

namespace {

// Where a live input carries our stream's id.
constexpr std::string_view tag_name = "streamId";

std::string creation(const new_live_input& wanted) {
  return json::object()
      .set("meta", json::object().set("name", wanted.name).set(tag_name, wanted.tag))
      .set("recording", json::object()
                            .set("mode", "automatic")
                            .set("timeoutSeconds", api::dropout_window_seconds)
                            .set("requireSignedURLs", wanted.require_signed_urls))
      .set_if("defaultCreator", wanted.creator)
      .set("preferLowLatency", wanted.prefer_low_latency)
      .dump();
}

// What would be lost without a word if Cloudflare left it out.
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

  // In what another falls short of this, or nothing.
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

json::array elements_of(const json::value& from);

// A string, a boolean or a number as it was read; null for anything else.
json::item single_value_of(const json::value& from) {
  if (const auto text = from.text()) {
    return *text;
  }
  if (const auto boolean = from.boolean()) {
    return *boolean;
  }
  const auto integer = from.integer();
  return integer ? json::item(*integer) : json::item(from.number());
}

// Adds the members of an object that was read to `copy`, to be written again, without the one named
// `left_out` and without those that are null: to Cloudflare they are the same as absent.
json::object members_of(const json::value& from, json::object copy = {},
                        std::optional<std::string_view> left_out = std::nullopt) {
  for (const auto& [name, value] : from.members()) {
    if (name == left_out) {
      continue;
    }
    if (value.is_object()) {
      copy.set(name, members_of(value));
    } else if (value.is_array()) {
      copy.set(name, elements_of(value));
    } else {
      copy.set_if(name, single_value_of(value));
    }
  }
  return copy;
}

json::array elements_of(const json::value& from) {
  json::array copy;
  for (const json::value& each : from.elements()) {
    if (each.is_object()) {
      copy.add(members_of(each));
    } else if (each.is_array()) {
      copy.add(elements_of(each));
    } else {
      copy.add(single_value_of(each));
    }
  }
  return copy;
}

// Everything that a live input can be made with, as it is, except what is to change: Cloudflare may take what
// an update leaves out for unset.
std::string update_of(const json::value& live_input, const live_input_change& change) {
  const auto renamed = change.name ? std::optional<std::string_view>("name") : std::nullopt;
  return json::object()
      .set("meta", members_of(live_input["meta"], json::object().set_if("name", change.name), renamed))
      .set("recording", members_of(live_input["recording"]))
      .set("enabled", change.enabled.value_or(live_input["enabled"].boolean().value_or(true)))
      .set_if("defaultCreator", single_value_of(live_input["defaultCreator"]))
      .set_if("preferLowLatency", single_value_of(live_input["preferLowLatency"]))
      .set_if("deleteRecordingAfterDays", single_value_of(live_input["deleteRecordingAfterDays"]))
      .dump();
}

std::optional<std::string_view> unchanged_in(const json::value& updated, const live_input_change& change) {
  if (change.enabled && updated["enabled"].boolean() != change.enabled) {
    return *change.enabled ? "it is not enabled" : "it is not disabled";
  }
  if (change.name && updated["meta"]["name"].text() != *change.name) {
    return "it does not have the new name";
  }
  return std::nullopt;
}

} // namespace

edge::task<edge::outcome<live_input>> api::create_live_input(const new_live_input& wanted,
                                                             std::string_view idempotency_key) {
  constexpr std::string_view step = "create the Cloudflare live input";
  if (!form::is_key(idempotency_key)) {
    co_return std::unexpected(refused(step, "its idempotency key cannot be used"));
  }
  const auto answer = co_await ask({.label = "cloudflare-create-live-input",
                                    .step = step,
                                    .method = "POST",
                                    .body = creation(wanted),
                                    .idempotency_key = idempotency_key});
  const json::value made = answer.root()["result"];
  auto read = live_input_in(made, settings_);
  if (!read) {
    co_return std::unexpected(malformed(step));
  }
  const essentials asked{
      .mode = "automatic", .require_signed_urls = wanted.require_signed_urls, .tag = wanted.tag};
  if (const auto what = asked.missing_in(essentials::of(made))) {
    // Without a tag nobody could find it later. One that carries another is another's.
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
                             .method = "GET",
                             .id = id});
}

edge::task<edge::outcome<live_input>> api::update_live_input(std::string_view id,
                                                             const live_input_change& change) {
  constexpr std::string_view step = "change the Cloudflare live input";
  const auto before =
      co_await ask({.label = "cloudflare-get-live-input", .step = step, .method = "GET", .id = id});
  const json::value live_input = before.root()["result"];
  if (live_input["uid"].text() != id || !live_input["recording"].is_object()) {
    co_return std::unexpected(malformed(step));
  }
  const auto after = co_await ask({.label = "cloudflare-update-live-input",
                                   .step = step,
                                   .method = "PUT",
                                   .id = id,
                                   .body = update_of(live_input, change)});
  const json::value updated = after.root()["result"];
  auto read = live_input_in(updated, settings_);
  if (!read || read->id != id) {
    co_return std::unexpected(malformed(step));
  }
  if (const auto what = unchanged_in(updated, change)) {
    co_return std::unexpected(malformed(step, *what));
  }
  if (const auto what = essentials::of(live_input).missing_in(essentials::of(updated))) {
    co_return std::unexpected(malformed(step, *what));
  }
  co_return *std::move(read);
}

edge::task<edge::outcome<live_input>> api::rotate_keys(std::string_view id) {
  return ask_for_live_input({.label = "cloudflare-rotate-keys",
                             .step = "rotate the keys of the Cloudflare live input",
                             .method = "POST",
                             .id = id,
                             .rest = "/rotate_keys"});
}

edge::task<edge::outcome<std::vector<listed_live_input>>> api::find_live_inputs_by_tag(std::string_view tag) {
  constexpr std::string_view step = "look for the Cloudflare live input";
  auto list = co_await read_list(step, tag);
  std::erase_if(list.live_inputs, [&](const listed_live_input& each) { return each.tag != tag; });
  if (list.live_inputs.empty() && list.more) {
    co_return std::unexpected(
        edge::error{.kind = edge::error_kind::too_large, .what = step, .why = "there are too many"});
  }
  co_return std::move(list.live_inputs);
}

edge::task<edge::outcome<live_input_list>> api::list_live_inputs(std::string_view tag_prefix) {
  constexpr std::string_view step = "list the Cloudflare live inputs";
  if (tag_prefix.empty()) {
    co_return std::unexpected(refused(step, "an empty tag is everybody's"));
  }
  co_return co_await read_list(step, tag_prefix);
}

edge::task<edge::status> api::delete_live_input(std::string_view id) {
  return remove({.label = "cloudflare-delete-live-input",
                 .step = "delete the Cloudflare live input",
                 .method = "DELETE",
                 .id = id});
}

// The live input in the answer, if it is the one that was asked for.
edge::task<edge::outcome<live_input>> api::ask_for_live_input(call what) {
  const std::string_view step = what.step;
  const auto id = what.id;
  const auto answer = co_await ask(std::move(what));
  auto read = live_input_in(answer.root()["result"], settings_);
  if (!read || read->id != id) {
    co_return std::unexpected(malformed(step));
  }
  co_return *std::move(read);
}

edge::task<edge::outcome<live_input_list>> api::read_list(std::string_view step,
                                                          std::string_view tag_prefix) {
  const auto answer = co_await ask({.label = "cloudflare-list-live-inputs",
                                    .step = step,
                                    .method = "GET",
                                    .rest = "?include_counts=true",
                                    .limit = list_limit});
  const json::value result = answer.root()["result"];
  if (!result["liveInputs"].is_array()) {
    co_return std::unexpected(malformed(step));
  }
  const std::vector<json::value> all = result["liveInputs"].elements();
  live_input_list read{.live_inputs = {},
                       .more = result["total"].integer().value_or(0) > static_cast<std::int64_t>(all.size())};
  for (const json::value& each : all) {
    const json::value meta = each["meta"];
    const auto tag = meta[tag_name].text();
    if (!tag || !tag->starts_with(tag_prefix)) {
      continue;
    }
    auto id = form::text_in(each["uid"], form::is_id);
    if (!id) {
      co_return std::unexpected(malformed(step));
    }
    read.live_inputs.push_back({.id = *std::move(id),
                                .tag = std::string(*tag),
                                .created = form::time_in(each["created"]),
                                .name = std::string(meta["name"].text().value_or(""))});
  }
  co_return read;
}

} // namespace cloudflare
