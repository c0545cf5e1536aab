// The Worker's HTTP surface: the table of routes.
#pragma once

#include "edge/http/context.h"
#include "edge/task.h"

namespace api {

edge::task<void> serve(edge::context& request);

} // namespace api
