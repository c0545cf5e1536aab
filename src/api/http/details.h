// What viewers are told before a broadcast: when it starts, a description and a picture. The same fields
// create a stream and change it.
#pragma once

#include "api/http/json_body.h"
#include "edge/clock.h"
#include "streams/model/change.h"

#include <vector>

namespace api {

// {scheduledStart?, description?, coverUrl?}: one change for each that is given, without id and time. Null
// removes. Problems are collected in `fields`.
//
// scheduledStart  an RFC 3339 time, from a day ago to two years ahead
// description     a text of 1 to 1,000 characters, perhaps in several lines
// coverUrl        an https URL of at most 512 visible ASCII characters, without user information
std::vector<streams::change> read_details(json_fields& fields, edge::timestamp now);

} // namespace api
