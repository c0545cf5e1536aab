// What somebody needs to publish to a stream, for an encoder or a phone. Answers are not to be stored.
#pragma once

#include "edge/http/context.h"

namespace api {

// GET /api/streams/{id}/credentials, for whoever may publish to the stream: {whipUrl?, whipToken?, rtmpUrl?,
// streamKey?, srtUrl?}, as its method and plan have them. The token is the relay's, to be sent as a bearer
// with every request of the session, and holds for an hour. 403 for an admin who may not, 503 where they
// cannot be read, or where the relay is not configured any more.
edge::task<edge::result<>> get_credentials(edge::context& request);

// POST /api/streams/{id}/credentials/rotate, for the same: replaces all of them. The old ones are refused
// from now on, and a broadcast that is under way is cut off. Answers 200 with the new ones and `warnings`,
// 502 where the provider fails; a GET tells then which ones hold.
edge::task<edge::result<>> rotate_credentials(edge::context& request);

} // namespace api
