// The forms of text from Mux.
#include "mux/reading.h"

#include "edge/http/status.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <system_error>
#include <utility>

namespace mux::form {

namespace {

constexpr std::int64_t end_of_time = 253'402'300'800; // the year 10000, in seconds

bool is_lower(char character) { return character >= 'a' && character <= 'z'; }

bool is_letter_or_digit(char character) {
  return is_lower(character) || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9');
}

template <class Predicate>
bool is_made_of(std::string_view text, std::size_t max_size, Predicate allowed) {
  return !text.empty() && text.size() <= max_size && std::ranges::all_of(text, allowed);
}

std::optional<std::int64_t> seconds_in(std::string_view text) {
  std::int64_t seconds = 0;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto [stop, error] = std::from_chars(begin, end, seconds);
  return error == std::errc() && stop == end ? std::optional(seconds) : std::nullopt;
}

} // namespace

bool is_id(std::string_view text) { return is_made_of(text, 128, is_letter_or_digit); }

bool is_event_id(std::string_view text) {
  return is_made_of(text, 64,
                    [](char character) { return is_letter_or_digit(character) || character == '-'; });
}

bool is_stream_key(std::string_view text) {
  return is_made_of(text, 128, [](char character) {
    return is_letter_or_digit(character) || character == '-' || character == '_';
  });
}

bool is_error_type(std::string_view text) {
  return is_made_of(text, 64, [](char character) { return is_lower(character) || character == '_'; });
}

bool is_passthrough(std::string_view text) {
  return is_made_of(text, 255, [](char character) {
    return character > ' ' && character <= '~' && character != '"' && character != '\\';
  });
}

std::optional<std::string> text_in(const json::value& from, bool (*has_form)(std::string_view)) {
  const auto text = from.text();
  return text && has_form(*text) ? std::optional(std::string(*text)) : std::nullopt;
}

std::optional<edge::timestamp> time_in(const json::value& from) {
  auto seconds = from.integer();
  if (const auto text = from.text()) {
    if (const auto time = edge::parse_timestamp(*text); time && *time >= edge::timestamp{}) {
      return time;
    }
    seconds = seconds_in(*text);
  }
  if (!seconds || *seconds < 0 || *seconds >= end_of_time) {
    return std::nullopt;
  }
  return edge::timestamp(std::chrono::seconds(*seconds));
}

std::optional<double> duration_in(const json::value& from) {
  constexpr double longest = 1e7; // seconds; both end a recording after days, and what is more is no duration
  const auto seconds = from.number();
  return seconds && *seconds >= 0 && *seconds <= longest ? seconds : std::nullopt;
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

std::optional<playback_id> playback_in(const json::value& playback_ids) {
  for (const json::value& each : playback_ids.elements()) {
    auto id = text_in(each["id"], is_id);
    const auto policy = playback_policy_of(each["policy"].text().value_or(""));
    if (id && policy) {
      return playback_id{.id = *std::move(id), .policy = *policy};
    }
  }
  return std::nullopt;
}

} // namespace mux::form

namespace mux {

// Mux's statuses as errors.

namespace {

// The type of an error, if it is one that Mux documents: what else may stand there is not passed on.
std::string_view error_type_in(std::string_view body) {
  constexpr std::array<std::string_view, 3> documented{"invalid_parameters", "unauthorized", "not_found"};
  const auto document = json::document::parse(body); // a body of 429 or 5xx need not be JSON
  if (!document) {
    return {};
  }
  const auto type = document->root()["error"]["type"].text();
  const auto known = std::ranges::find(documented, type.value_or(""));
  return known == documented.end() ? std::string_view() : *known;
}

} // namespace

edge::outcome<std::string> body_of(std::string_view step,
                                   edge::outcome_of<edge::operation::fetch>&& outcome) {
  std::string refusal;
  auto answer = edge::succeeded(step, std::move(outcome), &refusal);
  if (answer) {
    return std::move(answer->body);
  }
  answer.error().why = error_type_in(refusal);
  return std::unexpected(answer.error());
}

edge::outcome<json::document> document_of(std::string_view step, std::string_view body) {
  return json::document::parse(body).transform_error([&](json::parse_error) { return malformed(step); });
}

edge::error malformed(std::string_view step) { return {.kind = edge::error_kind::malformed, .what = step}; }

edge::error refused(std::string_view step, std::string_view why) {
  return {.kind = edge::error_kind::rejected, .what = step, .why = why};
}

edge::error too_many(std::string_view step) {
  return {.kind = edge::error_kind::too_large, .what = step, .why = "there are too many"};
}

} // namespace mux
