// Whether the Worker runs, and whether it has what it needs.
#pragma once

#include "edge/context.h"

namespace api {

// GET /healthz: 200 as soon as the module runs.
edge::task<edge::answer> health(edge::context& request);

} // namespace api
