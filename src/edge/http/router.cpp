#include "edge/http/router.h"

#include <algorithm>

namespace edge {

namespace {

// The next segment of a path, which begins with its `/`.
std::string_view next_segment(std::string_view& path) {
  path.remove_prefix(1);
  std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

// The decoded segments of a path; nullopt if one cannot be decoded.
std::optional<std::vector<std::string>> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    auto segment = percent_decode(next_segment(path));
    if (!segment) {
      return std::nullopt;
    }
    segments.push_back(std::move(*segment));
  }
  return segments;
}

using segments = std::span<const std::string>;

bool fits(std::string_view pattern, segments path) {
  for (const std::string& given : path) {
    if (pattern.empty()) {
      return false;
    }
    const std::string_view wanted = next_segment(pattern);
    if (wanted.starts_with('{') ? given.empty() : wanted != given) {
      return false;
    }
  }
  return pattern.empty();
}

std::vector<std::string> parameters_in(std::string_view pattern, segments path) {
  std::vector<std::string> parameters;
  for (const std::string& given : path) {
    if (next_segment(pattern).starts_with('{')) {
      parameters.push_back(given);
    }
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

// The methods of the path that has these segments, as `Allow` lists them.
std::string methods_of(std::span<const route> table, segments path) {
  std::string methods;
  std::string_view pattern;
  for (const route& each : table) {
    if (pattern.empty() ? !fits(each.pattern, path) : each.pattern != pattern) {
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

} // namespace

result<match> find_route(std::span<const route> table, std::string_view method, std::string_view path) {
  const auto given = segments_of(path);
  if (!given) {
    return std::unexpected(not_found());
  }
  std::string_view pattern;
  for (const route& each : table) {
    if (pattern.empty() ? !fits(each.pattern, *given) : each.pattern != pattern) {
      continue;
    }
    if (serves(each.method, method)) {
      return match{&each, parameters_in(each.pattern, *given)};
    }
    pattern = each.pattern;
  }
  return std::unexpected(pattern.empty() ? not_found() : not_allowed(methods_of(table, *given)));
}

std::string methods_at(std::span<const route> table, std::string_view path) {
  const auto given = segments_of(path);
  return given ? methods_of(table, *given) : "";
}

} // namespace edge
