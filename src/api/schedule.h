// The scheduled run: see [triggers] in wrangler.toml.
#pragma once

#include "edge/http/context.h"
#include "edge/task.h"

namespace api {

// Reconciles, and logs counts of what was done. Nobody reads the answer.
edge::task<void> run_schedule(edge::context& request);

} // namespace api
