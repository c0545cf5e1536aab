// What a relay from WHIP to RTMPS asks of us: where a broadcast goes, and who may send it.
#pragma once

#include "edge/http/context.h"

namespace api {

// GET /api/relay/streams/{id}/destination, for the relay, which shows RELAY_CREDENTIAL as its bearer: {url,
// streamKey} of the stream's live input. Fails with 401, also where there is no relay, with 404 for a stream
// that is not there or does not come in by the relay, with 409 for one that has ended, with 502 and 503.
edge::task<edge::result<>> get_destination(edge::context& request);

// POST /api/relay/authorize, as MediaMTX asks it (its external authentication by HTTP) where it is the relay:
// {action, path, token, password, …}. 204 where the token, or the password in its place, lets its bearer
// publish ("publish") to the stream or watch it ("read"), whose id is the path's last part: "whip/{id}" or
// "{id}". Otherwise 401; 503 where that cannot be told.
edge::task<edge::result<>> authorize_relay(edge::context& request);

} // namespace api
