// How a stream fares, for whoever stands in front of the camera.
#pragma once

#include "edge/http/context.h"

namespace api {

// GET /api/streams/{id}/status, for whoever may manage the stream and for the bearer of an invite to it:
// {id, title, status, plan, simulcastEnabled, recordingSources {cloudflare {available}, mux {available}},
// warnings}, with an entity tag.
edge::task<edge::result<>> get_status(edge::context& request);

} // namespace api
