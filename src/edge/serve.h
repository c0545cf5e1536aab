// Serves one request: route, handler, answer, log line, and then what is left to do afterwards.
#pragma once

#include "edge/context.h"
#include "edge/router.h"
#include "edge/task.h"

#include <span>
#include <string>

namespace edge {

// Every answer gets X-Request-Id, the security headers, and Server-Timing where a provider was called;
// answers are not to be stored unless the handler said otherwise. One JSON line is logged: names and numbers
// only, never a body, a header or a query. Pages of the origins may use what is in the table, and browsers
// are told so: see cors.h.
task<void> serve(context& request, std::span<const route> table, std::span<const std::string> origins = {});

} // namespace edge
