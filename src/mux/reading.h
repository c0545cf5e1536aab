// How text from Mux must look before it goes into a URL, a key or a log. Mux documents its ids and keys by
// example only; these are the forms of all that were ever seen, with room. For the sources of this folder.
#pragma once

#include "edge/clock.h"
#include "edge/error.h"
#include "edge/host.h"
#include "edge/operation.h"
#include "json/reader.h"
#include "mux/types.h"

#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace mux::form {

// The id of a live stream, an asset or a playback id: up to 128 letters and digits.
[[nodiscard]] bool is_id(std::string_view text);

// The id of an event, a UUID: up to 64 letters, digits and hyphens.
[[nodiscard]] bool is_event_id(std::string_view text);

// A stream key: up to 128 letters, digits, hyphens and underscores.
[[nodiscard]] bool is_stream_key(std::string_view text);

// The type of an error, such as invalid_parameters: up to 64 lower-case letters and underscores. No digits:
// what could be a secret is none.
[[nodiscard]] bool is_error_type(std::string_view text);

// A passthrough that we may have set: up to 255 visible ASCII characters that need no escape in JSON.
[[nodiscard]] bool is_passthrough(std::string_view text);

// The text of a JSON string of that form, or nothing.
[[nodiscard]] std::optional<std::string> text_in(const json::value& from, bool (*has_form)(std::string_view));

// A time as Mux writes it, by place: RFC 3339, or seconds since 1970 as a number or as a string. Nothing for
// what is none between 1970 and 9999.
[[nodiscard]] std::optional<edge::timestamp> time_in(const json::value& from);

// A duration in seconds; nothing for -1, which Mux writes where it does not know.
[[nodiscard]] std::optional<double> duration_in(const json::value& from);

// When the first media of a recording arrived, by its recording_times, or nothing.
[[nodiscard]] std::optional<edge::timestamp> start_in(const json::value& recording_times);

// The first playback id of a list that needs no DRM, or nothing.
[[nodiscard]] std::optional<playback_id> playback_in(const json::value& playback_ids);

} // namespace mux::form

namespace mux {

// What Mux's answers mean (Mux API reference, errors). For the sources of this folder.

// The body of a success, or the error that the answer or its absence stands for. `step` begins the error's
// words, a literal such as "create the Mux live stream". Of what Mux says, only the type of its error is
// passed on, if it is a documented one.
[[nodiscard]] edge::outcome<std::string> body_of(std::string_view step,
                                                 edge::outcome_of<edge::operation::fetch>&& outcome);

// The body as JSON.
[[nodiscard]] edge::outcome<json::document> document_of(std::string_view step, std::string_view body);

// For an answer that is not what Mux documents. It may have taken effect.
[[nodiscard]] edge::error malformed(std::string_view step);

// For what is not asked of Mux at all, and why.
[[nodiscard]] edge::error refused(std::string_view step, std::string_view why);

// For a list that is too long to be read whole.
[[nodiscard]] edge::error too_many(std::string_view step);

} // namespace mux
