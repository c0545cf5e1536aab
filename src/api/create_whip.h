// The main job: one request makes a stream that a phone's browser can publish to, with a backup at Mux.
#pragma once

#include "edge/context.h"

namespace api {

// POST /api/streams/create-whip, for any user: {title, memorialId?, enableMuxBackup?}. Answers 201 {success,
// stream}, 400 for a bad field, 502 where Cloudflare gives no live input, 503 where the store fails.
edge::task<edge::answer> create_whip(edge::context& request);

} // namespace api
