// How many streams a user may create: at a time, and per minute.
//
// Neither limit is exact: the counter is that of one location, and the store may be a minute behind. If a
// check fails, creation is allowed.
#pragma once

#include "edge/http/context.h"
#include "edge/task.h"
#include "streams/settings/settings.h"

#include <string_view>

namespace api {

// Fails with 429 if too many of the user's 100 newest streams are open (settings::most_open_streams).
// `stream_id` is the stream to create, if an earlier request began it: it does not count.
edge::task<edge::result<void>> check_open_streams(edge::host& host, const streams::settings& settings,
                                                  std::string_view subject, std::string_view stream_id);

// Counts a creation. Fails with 429 if the user created too many in the last minute (binding CREATE_LIMIT;
// without it there is no such limit). Called last, just before a stream is created, so that rejected and
// replayed requests do not count.
edge::task<edge::result<void>> check_rate(edge::context& request, std::string_view subject);

} // namespace api
