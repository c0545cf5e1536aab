#include "edge/serve.h"

#include "json/array.h"
#include "json/object.h"

#include <array>

namespace edge {

namespace {

void add_common_headers(response& answer, const context& request) {
  static constexpr std::array<std::pair<const char*, const char*>, 5> always{{
      {"x-content-type-options", "nosniff"},
      {"content-security-policy", "default-src 'none'; frame-ancestors 'none'"},
      {"referrer-policy", "no-referrer"},
      {"strict-transport-security", "max-age=31536000; includeSubDomains"},
      {"cross-origin-resource-policy", "same-origin"},
  }};
  for (auto [name, value] : always) answer.headers.add(name, value);
  answer.headers.add("x-request-id", request.request_id);
  if (!answer.headers.find("cache-control")) answer.headers.add("cache-control", "no-store");
  if (std::string timing = request.host.calls().server_timing(); !timing.empty())
    answer.headers.add("server-timing", timing);
}

std::string log_of(const context& request, std::string_view route, int status, timestamp begun) {
  json::array calls;
  for (const call& each : request.host.calls().calls())
    calls.add(
        json::object().set("call", each.label).set("ms", each.took.count()).set("outcome", each.outcome));
  return json::object()
      .set("requestId", request.request_id)
      .set("route", route)
      .set("status", status)
      .set("ms", std::chrono::floor<milliseconds>(request.host.now() - begun).count())
      .set("calls", std::move(calls))
      .dump();
}

struct outcome {
  std::string route;
  response answer;
};

task<outcome> run_handler(context& request, std::span<const route> table) {
  auto found = find_route(table, request.request.method, request.request.path());
  if (!found) co_return {"none", to_response(found.error(), request.request_id)};
  request.parameters = std::move(found->parameters);
  answer given = co_await found->found->handle(request);
  co_return {std::string{found->found->method} + ' ' + std::string{found->found->pattern},
             given ? std::move(*given) : to_response(given.error(), request.request_id)};
}

} // namespace

task<void> serve(context& request, std::span<const route> table) {
  timestamp begun = request.host.now();
  auto [route, answer] = co_await run_handler(request, table);
  add_common_headers(answer, request);
  if (request.request.method == "HEAD") answer.body.clear();
  int status = answer.status;
  request.host.respond(std::move(answer));
  request.host.log(log_of(request, route, status, begun));
  for (auto& work : request.afterwards) co_await work();
}

} // namespace edge
