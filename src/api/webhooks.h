// What the providers tell: verified over the bytes that came, stored as one fact by one write, and answered.
// The answer says nothing that the sender does not know, for Mux keeps it and shows it.
#pragma once

#include "edge/http/context.h"

namespace api {

// POST /api/webhooks/mux, signed.
edge::task<edge::result<>> mux_webhook(edge::context& request);

// POST /api/webhooks/stream-status: Cloudflare's signed webhook about a video, or its notification about a
// live input, which carries a shared secret.
edge::task<edge::result<>> cloudflare_webhook(edge::context& request);

} // namespace api
