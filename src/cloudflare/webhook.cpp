#include "cloudflare/webhook.h"

#include "cloudflare/fact.h"
#include "cloudflare/reading.h"
#include "json/reader.h"

#include <chrono>

namespace cloudflare {

std::expected<std::int64_t, crypto::signature_error>
verify_video_webhook(const edge::headers& fields, std::string_view body,
                     std::span<const crypto::secret> secrets, edge::timestamp now) {
  const auto now_seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  return signature_scheme.verify(fields.find(signature_header).value_or(""), body, secrets, now_seconds);
}

std::string_view name_of(event_error error) noexcept {
  switch (error) {
  case event_error::not_json: return "not_json";
  case event_error::no_type: return "no_type";
  case event_error::bad_time: return "bad_time";
  case event_error::bad_resource: return "bad_resource";
  }
  return "unknown";
}

namespace {

// When something happened, and the original text: two events may differ only in nanoseconds.
struct moment {
  edge::timestamp time;
  std::string_view text;
};

std::optional<moment> moment_in(const json::value& from) {
  const auto text = from.text();
  const auto time = time_in(from);
  return text && time ? std::optional(moment{.time = *time, .text = *text}) : std::nullopt;
}

std::expected<std::optional<fact>, event_error> fact_in(const json::value& video, const settings& with) {
  const auto state = video["status"]["state"].text();
  if (!state) {
    return std::unexpected(event_error::no_type);
  }
  if (video_state_of(*state) == video_state::other) {
    return std::nullopt;
  }
  if (!text_in(video["uid"], form::is_id) && !text_in(video["id"], form::is_id)) {
    return std::unexpected(event_error::bad_resource);
  }
  const auto read = video_in(video, with);
  if (!read) {
    return std::unexpected(event_error::bad_time);
  }
  return fact_of(*read);
}

} // namespace

std::expected<std::optional<fact>, event_error> read_video_event(std::string_view body,
                                                                 const settings& with) {
  const auto document = json::document::parse_leniently(body);
  if (!document) {
    return std::unexpected(event_error::not_json);
  }
  return fact_in(document->root(), with);
}

std::expected<std::optional<fact>, event_error> read_queue_event(std::string_view body,
                                                                 const settings& with) {
  const auto document = json::document::parse_leniently(body);
  if (!document) {
    return std::unexpected(event_error::not_json);
  }
  const json::value event = document->root();
  const json::value payload = event["payload"];
  const std::string_view type = event["type"].text().value_or("");
  if (type.starts_with("cf.stream.video_state.")) {
    return fact_in(payload, with);
  }
  if (!type.starts_with("cf.stream.")) {
    return std::unexpected(event_error::no_type);
  }
  const auto status = status_in(payload["status"]);
  if (!type.starts_with("cf.stream.liveInput.") || !status || status->state == encoder_state::unknown) {
    return std::nullopt;
  }
  const auto id = text_in(payload["uid"], form::is_id);
  if (!id) {
    return std::unexpected(event_error::bad_resource);
  }
  if (!status->since) {
    return std::unexpected(event_error::bad_time);
  }
  return fact_of(*id, status);
}

std::expected<std::optional<fact>, event_error> read_notification(std::string_view body) {
  const auto document = json::document::parse_leniently(body);
  if (!document) {
    return std::unexpected(event_error::not_json);
  }
  // The member `text` repeats it for people.
  const json::value root = document->root();
  const json::value data = root["data"];
  const auto type = data["event_type"].text();
  const auto kind = fact_kind_of_event(type.value_or(""));
  if (!type || !kind) {
    return std::nullopt;
  }
  const auto id = text_in(data["input_id"], form::is_id);
  if (!id) {
    return std::unexpected(event_error::bad_resource);
  }
  const auto at = moment_in(data["updated_at"]);
  if (!at) {
    return std::unexpected(event_error::bad_time);
  }
  // It stands in `data`, by the documentation, and was seen at the root.
  const auto code_in = [](const json::value& from) {
    return text_in(from["live_input_errored"]["error"]["code"], form::is_error_code);
  };
  const auto code = code_in(data);
  return fact{.event_id = event_id_of({*id, *type, at->text}),
              .kind = *kind,
              .at = at->time,
              .live_input_id = id,
              .error_code = code ? code : code_in(root)};
}

std::optional<std::string> live_input_in(std::string_view body) {
  const auto document = json::document::parse_leniently(body);
  if (!document) {
    return std::nullopt;
  }
  const json::value root = document->root();
  const json::value payload = root["payload"]; // of an event in a queue
  for (const json::value& each : {root["liveInput"], root["data"]["input_id"], payload["liveInputId"],
                                  payload["liveInput"], payload["uid"]}) {
    if (auto id = text_in(each, form::is_id)) {
      return id;
    }
  }
  return std::nullopt;
}

std::optional<std::string> creator_in(std::string_view body) {
  const auto document = json::document::parse_leniently(body);
  if (!document) {
    return std::nullopt;
  }
  const json::value root = document->root();
  const json::value payload = root["payload"]; // of an event in a queue
  const auto creator = (payload.exists() ? payload : root)["creator"].text();
  return creator ? std::optional{std::string{*creator}} : std::nullopt;
}

bool verify_notification(const edge::headers& fields, std::span<const crypto::secret> secrets) {
  const std::string_view given = fields.find(notification_header).value_or("");
  bool matched = false;
  for (const crypto::secret& each : secrets) {
    const bool same = each.matches(given); // compare with all of them, also after a match
    matched = matched || same;
  }
  return matched;
}

} // namespace cloudflare
