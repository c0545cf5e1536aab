// When a stream is to start, and what viewers are told about it until then: for JSON, and for calendars.
#pragma once

#include "json/writer.h"
#include "streams/model/stream.h"

#include <optional>
#include <string>
#include <string_view>

namespace streams {

// When it is to start, if that is known.
std::optional<edge::timestamp> start_of(const stream_record& stream);

// Its description and its cover picture; nullopt without one.
std::optional<std::string_view> description_of(const stream_record& stream);
std::optional<std::string_view> cover_of(const stream_record& stream);

// Adds {scheduledStart, description, coverUrl}, each null if it is not known.
void add_details(json::object& to, const stream_record& stream);

// An iCalendar file (RFC 5545) with one event of an hour at the start, which must be known. Its UID is the
// stream's, so that a calendar that has the event updates it, and its times of change are those of the
// title, the start and the description. `page` is where the stream is watched.
std::string calendar_of(const stream_record& stream, std::string_view page);

} // namespace streams
