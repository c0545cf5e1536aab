// The request being served, as its handler gets it.
#pragma once

#include "edge/host.h"
#include "edge/http/problem.h"
#include "edge/http/request.h"
#include "edge/http/response.h"
#include "edge/task.h"

#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <vector>

namespace edge {

struct context {
  edge::host& host;
  edge::request request;
  std::string request_id = {};
  std::vector<std::string> parameters = {}; // the decoded values of the route's `{…}`, in order
  std::list<std::function<task<void>()>> afterwards = {};
  std::string route = "none";             // its method and pattern, once found
  std::string caller = {};                // who sent it, once that is known: for people to read
  std::vector<std::string> warnings = {}; // for the log: codes, such as "backup_unavailable"

  // Work for after the response. The caller does not wait for it and does not learn its result.
  void after_answering(std::function<task<void>()> work) { afterwards.push_back(std::move(work)); }
};

// The whole body of the request. A body of more than `limit` bytes is a 413: by its Content-Length before
// anything is read, or as soon as more has arrived.
task<result<std::string>> read_body(context& request, std::uint32_t limit);

} // namespace edge
