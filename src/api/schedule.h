// What the Worker does when its schedule says so: wrangler.toml, [triggers].
#pragma once

#include "edge/http/context.h"
#include "edge/task.h"

namespace api {

// Reconciles, and logs what was done, in numbers. The answer is for nobody.
edge::task<void> run_schedule(edge::context& request);

} // namespace api
