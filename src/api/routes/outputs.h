// Where else a stream is sent on to while somebody is live. Cloudflare has the truth of it; nothing is kept
// here. A stream key goes in and never comes out.
#pragma once

#include "edge/http/context.h"

namespace api {

// GET /api/streams/{id}/outputs: {outputs: [{id, url, enabled, backup}]}. The one that feeds the backup at
// Mux is marked; an address is shown without its query, which may hold a key.
edge::task<edge::result<>> list_outputs(edge::context& request);

// POST /api/streams/{id}/outputs: {url, streamKey, enabled?}. Answers 201 {output}, and the same one for the
// same target again; 400 for a target that is not a public server, 409 where there are 50 already.
edge::task<edge::result<>> add_output(edge::context& request);

// PATCH /api/streams/{id}/outputs/{output}: {enabled}, also during a broadcast. Answers 200 {output}, 404
// where there is none, 409 for the backup's.
edge::task<edge::result<>> switch_output(edge::context& request);

// DELETE /api/streams/{id}/outputs/{output}: answers 204, also where it is gone; 409 for the backup's.
edge::task<edge::result<>> remove_output(edge::context& request);

} // namespace api
