// A stream that comes into Mux, one for each memorial: for whoever asks for a memorial's stream and does not
// mind whether there is one already.
#pragma once

#include "edge/http/context.h"

namespace api {

// POST /api/streams/create, for any user whom the memorial admits if it is known: {memorialId, title?}.
// Answers {streamKey, playbackId, whipEndpoint, alreadyExists, streamId}: 201 for a new one, and 200 for the
// memorial's newest that has not ended and that the caller may publish to. Of many who ask at once one is
// given the 201, where the deployment has leases; see streams/create/one_per_memorial.h. Fails with 400, 403,
// 409 where somebody has been making it for too long, 429, 502 where Mux fails, and 503 where the store fails
// or there is no Mux in this deployment.
edge::task<edge::result<>> create_at_mux(edge::context& request);

} // namespace api
