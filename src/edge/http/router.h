// Finds the handler of a request in a table that is read from top to bottom.
#pragma once

#include "edge/http/context.h"

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

using handler = task<result<>> (*)(context&);

// A pattern is a path whose segments are literal or a `{name}` that stands for one segment. Literal segments
// are written before `{name}` ones where both could match.
struct route {
  std::string_view method;
  std::string_view pattern;
  handler handle;
};

struct match {
  const route* found;
  std::vector<std::string> parameters;
};

// A path that no route knows is a 404; one that is known under other methods only is a 405 with `Allow`. HEAD
// goes where GET goes.
result<match> find_route(std::span<const route> table, std::string_view method, std::string_view path);

// The methods that a path is known under, as `Allow` lists them; empty where no route knows it.
std::string methods_at(std::span<const route> table, std::string_view path);

} // namespace edge
