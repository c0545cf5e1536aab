#include "api/routes/change.h"

#include "api/auth/access.h"
#include "api/http/problems.h"
#include "edge/retry.h"
#include "streams/model/stream_id.h"
#include "streams/store/store.h"

#include <utility>

namespace api {

edge::task<edge::result<streams::pending_change>>
begin_change(edge::context& request, streams::stream_record& record, std::vector<streams::change> changes) {
  const edge::timestamp now = request.host.now();
  streams::store store{request.host, now + stream_budget};
  streams::pending_change pending{
      .stream_id = record.id, .id = streams::make_stream_id(now, request.host.random()), .since = now};
  if (!co_await attempt(store.work.put(pending))) {
    co_return refuse(store_unavailable);
  }
  for (const streams::change& each : changes) {
    if (!co_await attempt(store.facts.put(record.id, each))) {
      co_return refuse(store_unavailable);
    }
    record.desired.fold(each);
  }
  co_return pending;
}

void finish_change_later(edge::context& request, const streams::stream_record& record,
                         streams::pending_change pending) {
  request.after_answering([&host = request.host, record, pending = std::move(pending)] -> edge::task<void> {
    const edge::timestamp deadline = host.now() + stream_budget;
    streams::store store{host, deadline};
    const auto written =
        co_await attempt(edge::retry(host, deadline, [&] { return store.streams.update(record); }));
    if (written) {
      (void)co_await attempt(store.work.remove(pending));
    }
  });
}

} // namespace api
