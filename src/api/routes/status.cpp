// How a stream is doing, for the person in front of the camera.
#include "api/auth/access.h"
#include "api/http/json_answer.h"
#include "streams/watch/stream_view.h"

namespace api {

// GET /api/streams/{id}/status, for owners, admins and bearers of an invite to publish: {id, title, status,
// plan, simulcastEnabled, recordingSources {cloudflare {available}, mux {available}}, warnings}, with an
// entity tag.
edge::task<edge::result<>> get_status(edge::context& request) {
  stream_access stream = co_await access::require(request, right::monitor);
  co_return tagged_json_answer(request.request, status_view_of(stream.record, request.host.now()));
}

} // namespace api
