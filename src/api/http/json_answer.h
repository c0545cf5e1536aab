// Answers that are JSON.
#pragma once

#include "edge/http/request.h"
#include "edge/http/response.h"
#include "json/writer.h"

namespace api {

// `edge::serve` adds `no-store` unless the answer has a Cache-Control: most answers are private.
edge::response json_answer(int status, const json::object& body);

// Adds an entity tag to the answer to a GET. A request that names it in If-None-Match is answered 304,
// without the body (RFC 9110, section 13.1.2).
edge::response tagged(const edge::request& request, edge::response answer);

// Both.
edge::response tagged_json_answer(const edge::request& request, const json::object& body);

} // namespace api
