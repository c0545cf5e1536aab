// The Worker's HTTP surface: the table of routes, and what comes by a queue.
#pragma once

#include "edge/http/context.h"
#include "edge/task.h"

namespace api {

edge::task<void> serve(edge::context& request);

// Serves one message of a queue, which no request from outside can reach.
edge::task<void> serve_event(edge::context& request);

} // namespace api
