// What is told of a request once it is answered: a line for the log, and points for the metrics. Names, codes
// and numbers of the program's own, and nothing else: docs/operations.md says how to read them.
#pragma once

#include "edge/http/context.h"
#include "edge/operation.h"
#include "json/writer.h"

#include <string>

namespace edge {

struct report {
  int status = 0;
  milliseconds took{};
  std::string_view problem = {}; // its type, where the answer is one
};

// {requestId, route, status, problem?, ms, calls: [{call, ms, outcome}], warnings?}
std::string log_line_of(const context& request, const report& what);

// The calls of the providers so far, as in the log.
json::array calls_of(const host& of);

// One point for the request, and one for each call of a provider, those after the answer included.
operation::measure points_of(const context& request, const report& what);

} // namespace edge
