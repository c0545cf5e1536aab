// Whether the Worker runs, and whether it has what it needs.
#pragma once

#include "edge/http/context.h"

namespace api {

// GET /healthz: 200 as soon as the module runs.
edge::task<edge::result<>> health(edge::context& request);

// GET /readyz: 200 where every setting that is needed is there, 503 where one is not, and what is off for
// want of a binding or a setting. Names settings, never shows one.
edge::task<edge::result<>> readiness(edge::context& request);

} // namespace api
