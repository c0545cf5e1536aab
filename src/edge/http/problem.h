// An error answer: problem details (RFC 9457) with a stable type, and a detail that tells a person what to
// do.
#pragma once

#include "edge/http/headers.h"
#include "edge/http/response.h"

#include <expected>
#include <string>
#include <vector>

namespace edge {

struct invalid_field {
  std::string field;
  std::string detail;
};

struct problem {
  int status;
  std::string type; // the last part of its name: "invalid-field" is urn:whip-mux:problem:invalid-field
  std::string title;
  std::string detail;
  std::vector<invalid_field> fields = {};
  edge::headers headers = {};
};

// What a handler gives, and what a step of one gives: an answer or a value, or the problem to answer with.
template <class T = response>
using result = std::expected<T, problem>;

// The answer that carries it. `request_id` lets whoever got it ask about it; empty, it is left out.
response to_response(const problem& what, std::string_view request_id);

} // namespace edge
