// The id of a stream: 26 characters of Crockford's base 32 in lower case, the first ten of which count down
// with time, so that a listing in the order of keys begins with the newest.
#pragma once

#include "edge/clock.h"
#include "edge/entropy.h"

#include <string>
#include <string_view>

namespace streams {

// A new id: the time in milliseconds, and 80 random bits.
std::string make_stream_id(edge::timestamp now, edge::entropy& random);

// The id of that time with ten bytes of the caller's in the place of random ones.
std::string make_stream_id(edge::timestamp time, std::string_view bytes);

// When a stream's id was made, in milliseconds. What is no id has no time.
edge::timestamp time_of_stream_id(std::string_view id);

// Whether a text has the form of an id. Nothing else may go into a key.
bool is_stream_id(std::string_view text);

} // namespace streams
