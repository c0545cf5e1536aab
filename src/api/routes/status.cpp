#include "api/routes/status.h"

#include "api/auth/access.h"
#include "api/http/json_answer.h"
#include "api/routes/stream_view.h"

namespace api {

edge::task<edge::result<>> get_status(edge::context& request) {
  stream_access stream = co_await access::require(request, right::monitor);
  co_return tagged_json_answer(request.request, status_view_of(stream.record, request.host.now()));
}

} // namespace api
