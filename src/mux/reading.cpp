#include "mux/reading.h"

#include "json/number.h"
#include "mux/playback.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mux::form {

using namespace providers;

bool is_id(std::string_view text) { return is_made_of(text, 128, is_letter_or_digit); }

bool is_event_id(std::string_view text) {
  return is_made_of(text, 64, [](char each) { return is_letter_or_digit(each) || each == '-'; });
}

bool is_stream_key(std::string_view text) {
  return is_made_of(text, 128,
                    [](char each) { return is_letter_or_digit(each) || each == '-' || each == '_'; });
}

bool is_error_type(std::string_view text) {
  return is_made_of(text, 64, [](char each) { return is_lower(each) || each == '_'; });
}

bool is_file_url(std::string_view text) {
  return text.starts_with("http") && is_made_of(text, 4096, is_visible);
}

bool is_passthrough(std::string_view text) {
  return is_made_of(text, 255, [](char each) { return is_visible(each) && each != '"' && each != '\\'; });
}

} // namespace mux::form

namespace mux {

namespace {

constexpr std::array<providers::word<file_state>, 4> file_states{{{"preparing", file_state::preparing},
                                                                  {"ready", file_state::ready},
                                                                  {"errored", file_state::errored},
                                                                  {"skipped", file_state::errored}}};

constexpr std::array<providers::word<live_stream_status>, 3> live_stream_statuses{
    {{"idle", live_stream_status::idle},
     {"active", live_stream_status::active},
     {"disabled", live_stream_status::disabled}}};

constexpr std::array<providers::word<asset_status>, 3> asset_statuses{{{"preparing", asset_status::preparing},
                                                                       {"ready", asset_status::ready},
                                                                       {"errored", asset_status::errored}}};

constexpr std::int64_t end_of_time = 253'402'300'800; // the year 10000, in seconds

file_state file_state_in(const json::value& from) {
  return meaning_of(from["status"].text(), file_states).value_or(file_state::none);
}

constexpr std::array<providers::word<providers::captions_state>, 3> captions_states{
    {{"preparing", providers::captions_state::making},
     {"ready", providers::captions_state::ready},
     {"errored", providers::captions_state::failed}}};

void read_tracks(const json::value& tracks, asset& of) {
  for (const json::value& each : tracks.elements()) {
    const auto type = each["type"].text();
    if (type == "audio" && of.audio_track.empty()) {
      of.audio_track = text_in(each["id"], form::is_id).value_or("");
    }
    const auto state = meaning_of(each["status"].text(), captions_states);
    if (type == "text" && state) {
      of.captions.push_back({.language = each["language_code"].text_or_empty(),
                             .name = each["name"].text_or_empty(),
                             .state = *state});
    }
  }
}

file_state mp4_in(const json::value& files) {
  for (const json::value& each : files.elements()) {
    if (each["name"].text() == mp4_name) {
      return file_state_in(each);
    }
  }
  return file_state::none;
}

} // namespace

std::optional<edge::timestamp> time_in(const json::value& from) {
  if (const auto time = providers::time_in(from); time && *time >= edge::timestamp{}) {
    return time;
  }
  const auto text = from.text();
  const json::value number = from.is_object() ? from["seconds"] : from;
  const auto seconds = text ? json::integer_of(*text) : number.integer();
  const std::int64_t nanoseconds = from["nanos"].integer().value_or(0);
  if (!seconds || *seconds < 0 || *seconds >= end_of_time || nanoseconds < 0 ||
      nanoseconds >= 1'000'000'000) {
    return std::nullopt;
  }
  return edge::timestamp(std::chrono::seconds(*seconds) + std::chrono::microseconds(nanoseconds / 1000));
}

// Spans of slate stand in for media that did not arrive.
std::optional<edge::timestamp> start_in(const json::value& recording_times) {
  for (const json::value& span : recording_times.elements()) {
    if (span["type"].text() != "slate") {
      return time_in(span["started_at"]);
    }
  }
  return std::nullopt;
}

std::vector<playback_id> playback_ids_in(const json::value& list) {
  std::vector<playback_id> found;
  for (const json::value& each : list.elements()) {
    auto id = text_in(each["id"], form::is_id);
    const auto policy = playback_policy_of(each["policy"].text().value_or(""));
    if (id && policy) {
      found.push_back({.id = *std::move(id), .policy = *policy});
    }
  }
  return found;
}

std::optional<playback_id> playback_in(const json::value& list) {
  std::vector<playback_id> found = playback_ids_in(list);
  return found.empty() ? std::nullopt : std::optional{std::move(found.front())};
}

std::optional<playback_id> asset::playback() const {
  return playback_ids.empty() ? std::nullopt : std::optional{playback_ids.front()};
}

std::optional<live_stream> live_stream_in(const json::value& from) {
  auto id = text_in(from["id"], form::is_id);
  auto key = text_in(from["stream_key"], form::is_stream_key);
  const auto word = from["status"].text();
  if (!id || !key || !word) {
    return std::nullopt;
  }
  // A word that Mux adds some day must not hide the others of a list: it counts as what is left alone.
  const auto status = meaning_of(word, live_stream_statuses);
  return live_stream{.id = *std::move(id),
                     .stream_key = crypto::secret{*std::move(key)},
                     .status = status.value_or(live_stream_status::active),
                     .playback = playback_in(from["playback_ids"]),
                     .passthrough = text_in(from["passthrough"], form::is_passthrough),
                     .created_at = time_in(from["created_at"])};
}

std::optional<asset> asset_in(const json::value& from) {
  auto id = text_in(from["id"], form::is_id);
  const auto word = from["status"].text();
  if (!id || !word) {
    return std::nullopt;
  }
  const auto status = meaning_of(word, asset_statuses);
  // Mux says it in one of two places.
  const bool grows = from["progress"]["state"].text() == "live";
  asset read{.id = *std::move(id),
             .status = status.value_or(asset_status::preparing),
             .is_live = from["is_live"].boolean().value_or(grows),
             .duration = duration_in(from["duration"]),
             .playback_ids = playback_ids_in(from["playback_ids"]),
             .started_at = start_in(from["recording_times"]),
             .created_at = time_in(from["created_at"]),
             .error = text_in(from["errors"]["type"], form::is_error_type),
             .live_stream_id = text_in(from["live_stream_id"], form::is_id),
             .passthrough = text_in(from["passthrough"], form::is_passthrough),
             .master = file_state_in(from["master"]),
             .master_url = crypto::secret{text_in(from["master"]["url"], form::is_file_url).value_or("")},
             .mp4 = mp4_in(from["static_renditions"]["files"])};
  read_tracks(from["tracks"], read);
  return read;
}

} // namespace mux
