#include "mux/webhook.h"

#include "json/reader.h"
#include "mux/reading.h"

#include <chrono>
#include <utility>

namespace mux {

std::expected<std::int64_t, crypto::signature_error> verify_webhook(const edge::headers& fields,
                                                                    std::string_view body,
                                                                    std::span<const crypto::secret> secrets,
                                                                    edge::timestamp now) {
  const auto now_seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  return signature_scheme.verify(fields.find(signature_header).value_or(""), body, secrets, now_seconds);
}

std::string_view name_of(event_error error) noexcept {
  switch (error) {
  case event_error::not_json: return "not_json";
  case event_error::no_type: return "no_type";
  case event_error::bad_id: return "bad_id";
  case event_error::bad_time: return "bad_time";
  case event_error::bad_resource: return "bad_resource";
  }
  return "unknown";
}

namespace {

void read_live_stream(const json::value& data, fact& found) {
  found.live_stream_id = text_in(data["id"], form::is_id).value_or("");
  // A recorded "connected" event names the asset of an earlier broadcast.
  if (found.kind != fact_kind::stream_connected) {
    found.asset_id = text_in(data["active_asset_id"], form::is_id);
  }
  found.error = text_in(data["warning"]["type"], form::is_error_type);
}

void read_asset(const json::value& data, fact& found) {
  found.live_stream_id = text_in(data["live_stream_id"], form::is_id).value_or("");
  found.asset_id = text_in(data["id"], form::is_id);
  found.playback = playback_in(data["playback_ids"]);
  found.is_live = data["is_live"].boolean();
  found.duration = duration_in(data["duration"]);
  found.started_at = start_in(data["recording_times"]);
  const json::value trouble = found.kind == fact_kind::asset_warning ? data["warning"] : data["errors"];
  found.error = text_in(trouble["type"], form::is_error_type);
}

std::expected<std::optional<fact>, event_error> fact_in(const json::value& root, fact_kind kind) {
  const json::value data = root["data"];
  const bool about_asset = is_about_asset(kind);
  const json::value stream_of_asset = data["live_stream_id"];
  if (about_asset && (!stream_of_asset.exists() || stream_of_asset.is_null())) {
    return std::nullopt; // an on-demand asset
  }
  auto event_id = text_in(root["id"], form::is_event_id);
  if (!event_id) {
    return std::unexpected(event_error::bad_id);
  }
  const auto at = time_in(root["created_at"]);
  if (!at) {
    return std::unexpected(event_error::bad_time);
  }
  fact found{.event_id = *std::move(event_id),
             .kind = kind,
             .at = *at,
             .live_stream_id = "",
             .passthrough = text_in(data["passthrough"], form::is_passthrough)};
  about_asset ? read_asset(data, found) : read_live_stream(data, found);
  if (found.live_stream_id.empty() || (about_asset && !found.asset_id)) {
    return std::unexpected(event_error::bad_resource);
  }
  return found;
}

} // namespace

std::expected<std::optional<fact>, event_error> read_event(std::string_view body) {
  const auto document = json::document::parse_leniently(body);
  if (!document) {
    return std::unexpected(event_error::not_json);
  }
  const json::value root = document->root();
  const auto type = root["type"].text();
  if (!type) {
    return std::unexpected(event_error::no_type);
  }
  const auto kind = fact_kind_of_event(*type);
  if (!kind) {
    return std::nullopt;
  }
  return fact_in(root, *kind);
}

std::optional<std::string> passthrough_in(std::string_view body) {
  const auto document = json::document::parse_leniently(body);
  return document ? text_in(document->root()["data"]["passthrough"], form::is_passthrough) : std::nullopt;
}

} // namespace mux
