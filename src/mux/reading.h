// How Mux's text is checked and its objects are read. Mux documents its ids and keys by example only; these
// are the forms of all that were seen, with room. For the sources of this folder.
#pragma once

#include "edge/clock.h"
#include "json/reader.h"
#include "mux/types.h"
#include "providers/fields.h"

#include <optional>
#include <string_view>

namespace mux::form {

// The id of a live stream, an asset or a playback id: up to 128 letters and digits.
[[nodiscard]] bool is_id(std::string_view text);

// The id of an event, a UUID: up to 64 letters, digits and hyphens.
[[nodiscard]] bool is_event_id(std::string_view text);

// A stream key: up to 128 letters, digits, hyphens and underscores.
[[nodiscard]] bool is_stream_key(std::string_view text);

// The type of an error, such as invalid_parameters: up to 64 lower-case letters and underscores. Digits are
// not allowed, so that a secret cannot pass for one.
[[nodiscard]] bool is_error_type(std::string_view text);

// The address of a file.
[[nodiscard]] bool is_file_url(std::string_view text);

// A passthrough that we may have set: up to 255 visible ASCII characters that need no escape in JSON.
[[nodiscard]] bool is_passthrough(std::string_view text);

} // namespace mux::form

namespace mux {

using providers::duration_in;
using providers::meaning_of;
using providers::text_in;

// A time between 1970 and 9999 as Mux writes it, depending on the place: RFC 3339, or seconds since 1970 as a
// number, as a string or as an object {"seconds", "nanos"}.
[[nodiscard]] std::optional<edge::timestamp> time_in(const json::value& from);

// When the first media of a recording arrived, by its recording_times.
[[nodiscard]] std::optional<edge::timestamp> start_in(const json::value& recording_times);

// The playback ids of a list that need no DRM, and the first of them.
[[nodiscard]] std::vector<playback_id> playback_ids_in(const json::value& list);
[[nodiscard]] std::optional<playback_id> playback_in(const json::value& list);

// Mux's objects out of its answers. Nothing if a part is missing, or not of its form, that the object cannot
// be without.
[[nodiscard]] std::optional<live_stream> live_stream_in(const json::value& from);
[[nodiscard]] std::optional<asset> asset_in(const json::value& from);

} // namespace mux
