// A response.
#pragma once

#include "edge/http/headers.h"

#include <string>

namespace edge {

struct response {
  int status = 200;
  edge::headers headers;
  std::string body;
};

} // namespace edge
