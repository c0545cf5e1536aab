// Cross-origin resource sharing (Fetch standard, section 3.3) for an exact list of origins: a browser lets
// pages of these, and of no others, read the answers.
#pragma once

#include "edge/http/request.h"
#include "edge/http/response.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace edge {

// Whether a text is an origin of the web as a browser writes it: `https://host`, with a port where it is not
// the usual one, in small letters, and nothing after it.
bool is_origin(std::string_view text);

// The request's Origin, if it is one of these, letter by letter.
std::optional<std::string_view> allowed_origin(const request& from, std::span<const std::string> allowed);

// Whether a browser asks beforehand if a page may send a request.
bool is_preflight(const request& from);

// The answer to that. `methods` are those that the address takes.
response preflight_answer(std::string methods);

// What every answer of a deployment that allows any origins carries: that it depends on the origin, and, for
// an allowed one, that its pages may read it.
void add_cors_headers(response& answer, const request& to, std::span<const std::string> allowed);

} // namespace edge
