// Serves one request: route, handler, response, log line, then the work for afterwards.
#pragma once

#include "edge/http/context.h"
#include "edge/http/router.h"
#include "edge/task.h"

#include <span>
#include <string>

namespace edge {

// Every response gets X-Request-Id, the security headers, Server-Timing if a provider was called, and
// `Cache-Control: no-store` unless the handler set another value. One JSON line is logged: see access_log.h.
// Pages of the origins may use every route: see cors.h. First of all the host gets a 500 with the same
// headers, in case the core dies.
task<void> serve(context& request, std::span<const route> table, std::span<const std::string> origins = {});

// A problem with the headers of every response, for a border that cannot call serve.
response answer_with(const problem& what, const context& request, std::span<const std::string> origins);

} // namespace edge
