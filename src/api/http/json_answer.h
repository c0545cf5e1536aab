// Answers that are JSON.
#pragma once

#include "edge/http/request.h"
#include "edge/http/response.h"
#include "json/writer.h"

namespace api {

// `edge::serve` adds `no-store` unless the answer has a Cache-Control: most answers are private.
edge::response json_answer(int status, const json::object& body);

// The same for GET, with an entity tag: a request that names it in If-None-Match is answered 304, without the
// body (RFC 9110, section 13.1.2).
// Adds an entity tag to an answer without header fields, or answers 304 if the request has that tag.
edge::response tagged(const edge::request& request, edge::response answer);

edge::response tagged_json_answer(const edge::request& request, const json::object& body);

} // namespace api
