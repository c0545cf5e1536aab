#include "edge/http/cors.h"

#include <algorithm>

namespace edge {

bool is_origin(std::string_view text) {
  std::size_t begin = text.starts_with("https://") ? 8 : 7;
  if (begin == 7 && !text.starts_with("http://")) {
    return false;
  }
  constexpr std::string_view in_a_host = "abcdefghijklmnopqrstuvwxyz0123456789.-:[]";
  return text.size() > begin && text.find_first_not_of(in_a_host, begin) == std::string_view::npos;
}

std::optional<std::string_view> allowed_origin(const request& from, std::span<const std::string> allowed) {
  auto origin = from.headers.find("origin");
  return origin && std::ranges::contains(allowed, *origin) ? origin : std::nullopt;
}

bool is_preflight(const request& from) {
  return from.method == "OPTIONS" && from.headers.find("access-control-request-method").has_value();
}

response preflight_answer(std::string methods) {
  return {.status = 204,
          .headers = {{"access-control-allow-methods", std::move(methods)},
                      {"access-control-allow-headers",
                       "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key"},
                      {"access-control-max-age", "600"}},
          .body = {}};
}

void add_cors_headers(response& answer, const request& to, std::span<const std::string> allowed) {
  if (allowed.empty()) {
    return;
  }
  answer.headers.add("vary", "Origin");
  auto origin = allowed_origin(to, allowed);
  if (!origin) {
    return;
  }
  answer.headers.add("access-control-allow-origin", std::string{*origin});
  answer.headers.add("access-control-allow-credentials", "true");
  answer.headers.add("access-control-expose-headers",
                     "ETag, Location, Link, Accept-Patch, Retry-After, X-Request-Id, Server-Timing");
}

} // namespace edge
