#include "edge/serve.h"

#include "edge/cors.h"
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

// Nothing where it is not a preflight of an allowed origin for an address that is there.
std::optional<response> answer_preflight(const request& asked, std::span<const route> table,
                                         std::span<const std::string> origins) {
  if (!is_preflight(asked) || !allowed_origin(asked, origins)) return std::nullopt;
  std::string methods = methods_at(table, asked.path());
  if (methods.empty()) return std::nullopt;
  return preflight_answer(std::move(methods));
}

task<outcome> run_handler(context& request, std::span<const route> table,
                          std::span<const std::string> origins) {
  if (auto answer = answer_preflight(request.request, table, origins))
    co_return {"preflight", std::move(*answer)};
  auto found = find_route(table, request.request.method, request.request.path());
  if (!found) co_return {"none", to_response(found.error(), request.request_id)};
  request.parameters = std::move(found->parameters);
  answer given = co_await found->found->handle(request);
  co_return {std::string{found->found->method} + ' ' + std::string{found->found->pattern},
             given ? std::move(*given) : to_response(given.error(), request.request_id)};
}

} // namespace

task<void> serve(context& request, std::span<const route> table, std::span<const std::string> origins) {
  timestamp begun = request.host.now();
  auto [route, answer] = co_await run_handler(request, table, origins);
  add_common_headers(answer, request);
  add_cors_headers(answer, request.request, origins);
  if (request.request.method == "HEAD") answer.body.clear();
  int status = answer.status;
  request.host.respond(std::move(answer));
  request.host.log(log_of(request, route, status, begun));
  // What is put off may put off more.
  for (; !request.afterwards.empty(); request.afterwards.pop_front()) co_await request.afterwards.front()();
}

} // namespace edge
