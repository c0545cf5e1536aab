// Serves one request: route, handler, answer, log line, and then what is left to do afterwards.
#pragma once

#include "edge/http/context.h"
#include "edge/http/router.h"
#include "edge/task.h"

#include <span>
#include <string>

namespace edge {

// Every answer gets X-Request-Id, the security headers, and Server-Timing where a provider was called;
// answers are not to be stored unless the handler said otherwise. One JSON line is logged: see report.h.
// Pages of the origins may use what is in the table, and browsers are told so: see cors.h. Before all else
// the host is given a 500 with the same headers, for the case that the core dies.
task<void> serve(context& request, std::span<const route> table, std::span<const std::string> origins = {});

// A problem with all that every answer carries, for whoever answers in the place of the above.
response answer_with(const problem& what, const context& request, std::span<const std::string> origins);

} // namespace edge
