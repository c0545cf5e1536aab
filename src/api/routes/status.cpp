#include "api/routes/status.h"

#include "api/auth/access.h"
#include "api/http/json_answer.h"
#include "api/routes/stream_view.h"

namespace api {

edge::task<edge::result<>> get_status(edge::context& request) {
  known_stream stream = co_await find_stream_for_publisher(request, publisher_rights::look);
  co_return tagged_json_answer(request.request, status_view_of(stream.record, request.host.now()));
}

} // namespace api
