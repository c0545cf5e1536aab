// Finds a request's handler in a table of routes. The first pattern that matches the path decides, whatever
// the method.
#pragma once

#include "edge/http/context.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

using handler = task<result<>> (*)(context&);

// A pattern is a path of literal segments and `{name}`s, each of which stands for one segment. When two
// patterns match the same path, the literal one must come first.
struct route {
  std::string_view method;
  std::string_view pattern;
  handler handle;
};

struct match {
  const route* found;
  std::vector<std::string> parameters;
};

// An unknown path is a 404; a path with other methods only is a 405 with `Allow`. HEAD uses the route of GET.
result<match> find_route(std::span<const route> table, std::string_view method, std::string_view path);

// The methods of a path, as `Allow` lists them; empty for an unknown path.
std::string methods_at(std::span<const route> table, std::string_view path);

} // namespace edge
