// The log line and the metrics of an answered request. They hold only the program's own names, codes and
// numbers; docs/operations.md explains them.
#pragma once

#include "edge/http/context.h"
#include "edge/operation.h"
#include "json/writer.h"

#include <string>
#include <string_view>

namespace edge {

struct access_log_entry {
  int status = 0;
  milliseconds took{};
  std::string_view problem = {}; // its type, if the response is a problem
};

// {requestId, route, status, problem?, ms, calls: [{call, ms, outcome}], warnings?}
std::string log_line_of(const context& request, const access_log_entry& what);

// The provider calls so far, as in the log.
json::array calls_of(const host& of);

// One point for the request and one for each provider call, including those after the response.
operation::measure points_of(const context& request, const access_log_entry& what);

} // namespace edge
