#include "edge/http/serve.h"

#include "edge/http/access_log.h"
#include "edge/http/cors.h"

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
  for (auto [name, value] : always) {
    if (!answer.headers.find(name)) {
      answer.headers.add(name, value);
    }
  }
  answer.headers.add("x-request-id", request.request_id);
  if (!answer.headers.find("cache-control")) {
    answer.headers.add("cache-control", "no-store");
  }
  if (std::string timing = request.host.calls().server_timing(); !timing.empty()) {
    answer.headers.add("server-timing", timing);
  }
}

void dress(response& answer, const context& request, std::span<const std::string> origins) {
  add_common_headers(answer, request);
  add_cors_headers(answer, request.request, origins);
}

// Nullopt unless this is a preflight from an allowed origin for an existing route.
std::optional<response> answer_preflight(const request& asked, std::span<const route> table,
                                         std::span<const std::string> origins) {
  if (!is_preflight(asked) || !allowed_origin(asked, origins)) {
    return std::nullopt;
  }
  std::string methods = methods_at(table, asked.path());
  if (methods.empty()) {
    return std::nullopt;
  }
  return preflight_answer(std::move(methods));
}

task<result<>> run_handler(context& request, std::span<const route> table,
                           std::span<const std::string> origins) {
  if (auto answer = answer_preflight(request.request, table, origins)) {
    request.route = "preflight";
    co_return std::move(*answer);
  }
  auto found = co_await find_route(table, request.request.method, request.request.path());
  request.parameters = std::move(found.parameters);
  request.route = std::string{found.found->method} + ' ' + std::string{found.found->pattern};
  co_return co_await found.found->handle(request);
}

constexpr problem_type internal_error{
    .status = 500,
    .type = "internal-error",
    .title = "Internal error",
    .detail = "Something broke while serving this request. Try again; if it keeps failing, tell the operator "
              "of this service."};

} // namespace

response answer_with(const problem& what, const context& request, std::span<const std::string> origins) {
  response answer = to_response(what, request.request_id);
  dress(answer, request, origins);
  return answer;
}

task<void> serve(context& request, std::span<const route> table, std::span<const std::string> origins) {
  timestamp begun = request.host.now();
  request.host.respond_at_last(answer_with(internal_error, request, origins));
  result<> given = co_await attempt(run_handler(request, table, origins));
  response whole = given ? std::move(*given) : to_response(given.error(), request.request_id);
  dress(whole, request, origins);
  if (request.request.method == "HEAD") {
    whole.body.clear();
  }
  const access_log_entry done{.status = whole.status,
                              .took = std::chrono::floor<milliseconds>(request.host.now() - begun),
                              .problem = given ? "" : given.error().type};
  request.host.respond(std::move(whole));
  request.host.log(log_line_of(request, done));
  // This work may add more.
  for (; !request.afterwards.empty(); request.afterwards.pop_front()) {
    co_await attempt(request.afterwards.front()());
  }
  if (request.host.settings().find("METRICS")) {
    (void)co_await attempt(request.host.perform(points_of(request, done)));
  }
}

} // namespace edge
