// What happened to a stream, for its owner.
#include "streams/watch/activity.h"

#include "api/auth/access.h"
#include "api/http/json_answer.h"
#include "api/http/problems.h"

namespace api {

// GET /api/streams/{id}/activity, for owners and admins: {activity: [{at, kind, source, by, detail}]}, the
// newest first, from the facts of the last 30 days: one list of the store for every thousand.
edge::task<edge::result<>> get_activity(edge::context& request) {
  const stream_access stream = co_await access::require(request, right::manage);
  streams::activity activity{stream.record};
  streams::store store{request.host, request.host.now() + stream_budget};
  if (!co_await attempt(
          store.facts.for_each(stream.record.id, [&activity](const auto& said) { activity.fold(said); }))) {
    co_return refuse(store_unavailable);
  }
  co_return json_answer(200, json::object().set("activity", activity.view()));
}

} // namespace api
