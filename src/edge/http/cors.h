// Cross-origin resource sharing (Fetch standard, section 3.3) for an exact list of origins: only their pages
// may read responses.
#pragma once

#include "edge/http/request.h"
#include "edge/http/response.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace edge {

// Whether a text is an origin as browsers write it: `https://host` in lower case, with a port only if it is
// not the default, and nothing after it.
bool is_origin(std::string_view text);

// The request's Origin, if it is exactly one of these.
std::optional<std::string_view> allowed_origin(const request& from, std::span<const std::string> allowed);

// Whether a request is a browser's question if a page may send another request.
bool is_preflight(const request& from);

// The response to a preflight. `methods` are those of the path.
response preflight_answer(std::string methods);

// If any origins are allowed: says that the response depends on the origin, and to an allowed origin that its
// pages may read it.
void add_cors_headers(response& answer, const request& to, std::span<const std::string> allowed);

} // namespace edge
