// What runs without a request: see [triggers] in wrangler.toml, and worker/room.js.
#pragma once

#include "edge/http/context.h"
#include "edge/task.h"

namespace api {

// Reconciles, and logs counts of what was done. Nobody reads the answer.
edge::task<void> run_schedule(edge::context& request);

// The alarm of a stream's room: does what is due for the stream, and logs likewise. The path is the stream's
// id; `due` and `memory` are what the room was asked to keep. Answers 204, or 503 to be tried again.
edge::task<void> run_alarm(edge::context& request);

} // namespace api
