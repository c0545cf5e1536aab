// WHIP (RFC 9725) through us: the offer is handed on to where the stream is published to, and the session has
// an address of ours, so that nobody who publishes needs to know the credential, and it is known since when
// somebody does.
#pragma once

#include "edge/http/context.h"

namespace api {

// POST /api/streams/{id}/whip with an offer (application/sdp, 64 kB), for whoever may publish to the stream
// and for the bearer of an invite to it. Answers 201 with the provider's answer, its ETag, Accept-Patch and
// Link (to STUN and TURN servers), and in Location the session. 409 where the stream has ended; what the
// provider refuses in an offer is refused with its status; 502, 503 and 504 where it fails. Retry-After is
// the provider's.
edge::task<edge::result<>> begin_publishing(edge::context& request);

// PATCH on the session, with a fragment (application/trickle-ice-sdpfrag, 64 kB) and If-Match: candidates, or
// a restart of ICE. Answers what the provider answers, with its ETag: 200 with a fragment, 204, or a refusal
// such as 405, 412, 422 and 428. 404 for a session that is not one of this stream's or not there any more.
edge::task<edge::result<>> patch_session(edge::context& request);

// DELETE on the session: ends it, and answers 200, also where it is not there any more.
edge::task<edge::result<>> end_publishing(edge::context& request);

// OPTIONS on the address that offers go to, by who is not a browser: says what it takes.
edge::task<edge::result<>> publishing_options(edge::context& request);

} // namespace api
