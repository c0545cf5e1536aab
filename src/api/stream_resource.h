// Streams as resources: one, and the list of the caller's.
#pragma once

#include "edge/context.h"

namespace api {

// GET /api/streams/{id}, for whoever manages the stream. The owner sees its credentials.
edge::task<edge::answer> get_stream(edge::context& request);

// GET /api/streams?memorialId=&status=&cursor=&limit=, the caller's streams (an admin's: all), newest first:
// {streams, nextCursor}. A page may hold fewer than `limit` (1 to 100, default 20) while there are more.
edge::task<edge::answer> list_streams(edge::context& request);

} // namespace api
