#include "edge/http/router.h"

#include <algorithm>

namespace edge {

namespace {

std::string_view next_segment(std::string_view& path) {
  path.remove_prefix(1);
  std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

// The parameters; nullopt if the path does not match.
std::optional<std::vector<std::string>> fit(std::string_view pattern, std::string_view path) {
  std::vector<std::string> parameters;
  while (!pattern.empty() && !path.empty()) {
    std::string_view wanted = next_segment(pattern);
    auto given = percent_decode(next_segment(path));
    if (!given) {
      return std::nullopt;
    }
    if (!wanted.starts_with('{')) {
      if (wanted != *given) {
        return std::nullopt;
      }
    } else if (given->empty()) {
      return std::nullopt;
    } else {
      parameters.push_back(std::move(*given));
    }
  }
  if (!pattern.empty() || !path.empty()) {
    return std::nullopt;
  }
  return parameters;
}

bool serves(std::string_view route_method, std::string_view method) {
  return route_method == method || (method == "HEAD" && route_method == "GET");
}

problem not_allowed(const std::string& allow) {
  return {.status = 405,
          .type = "method-not-allowed",
          .title = "This address does not take that method",
          .detail = "Use one of: " + allow + '.',
          .headers = {{"allow", allow}}};
}

problem not_found() {
  return {.status = 404,
          .type = "not-found",
          .title = "Nothing is here",
          .detail = "No such address. Check the path."};
}

} // namespace

result<match> find_route(std::span<const route> table, std::string_view method, std::string_view path) {
  std::string_view pattern;
  for (const route& each : table) {
    if (!pattern.empty() && each.pattern != pattern) {
      continue;
    }
    auto parameters = fit(each.pattern, path);
    if (!parameters) {
      continue;
    }
    if (serves(each.method, method)) {
      return match{&each, std::move(*parameters)};
    }
    pattern = each.pattern;
  }
  return std::unexpected(pattern.empty() ? not_found() : not_allowed(methods_at(table, path)));
}

std::string methods_at(std::span<const route> table, std::string_view path) {
  std::string methods;
  std::string_view pattern;
  for (const route& each : table) {
    if (pattern.empty() ? !fit(each.pattern, path) : each.pattern != pattern) {
      continue;
    }
    pattern = each.pattern;
    if (!methods.empty()) {
      methods += ", ";
    }
    methods += each.method;
    if (each.method == "GET") {
      methods += ", HEAD";
    }
  }
  return methods;
}

} // namespace edge
