#include "edge/http/access_log.h"

#include "json/number.h"
#include "json/writer.h"

#include <algorithm>

namespace edge {

namespace {

// The platform accepts 250 points per invocation.
constexpr std::size_t most_points = 200;

// "2xx" for a status. Anything else, such as "timeout", is a separate class.
std::string class_of(std::string_view outcome) {
  bool is_status = outcome.size() == 3 && outcome.front() >= '1' && outcome.front() <= '5';
  return is_status ? std::string{outcome.front()} + "xx" : std::string{outcome};
}

std::uint32_t number(auto count) { return static_cast<std::uint32_t>(count); }

} // namespace

json::array calls_of(const host& of) {
  json::array calls;
  for (const call& each : of.calls().calls()) {
    calls.add(
        json::object().set("call", each.label).set("ms", each.took.count()).set("outcome", each.outcome));
  }
  return calls;
}

std::string log_line_of(const context& request, const access_log_entry& what) {
  json::object line;
  line.set("requestId", request.request_id).set("route", request.route).set("status", what.status);
  if (!what.problem.empty()) {
    line.set("problem", what.problem);
  }
  line.set("ms", what.took.count()).set("calls", calls_of(request.host));
  if (!request.warnings.empty()) {
    line.set("warnings", request.warnings);
  }
  return line.dump();
}

operation::measure points_of(const context& request, const access_log_entry& what) {
  const std::string& route = request.route;
  std::size_t method = route.contains(' ') ? route.find(' ') : 0;
  const std::vector<call>& calls = request.host.calls().calls();
  operation::measure points;
  points.points.push_back(
      {.texts = {route, "request", route.substr(0, method), class_of(json::decimal(what.status)),
                 std::string{what.problem}},
       .numbers = {number(what.took.count()), number(what.status), number(calls.size())}});
  for (const call& each : calls) {
    if (points.points.size() == most_points) {
      break;
    }
    points.points.push_back({.texts = {route, "call", each.label, class_of(each.outcome), each.outcome},
                             .numbers = {number(each.took.count())}});
  }
  return points;
}

} // namespace edge
