#include "api/routes/change.h"

#include "api/auth/access.h"
#include "api/http/problems.h"
#include "streams/manage/refresh.h"
#include "streams/model/stream_id.h"
#include "streams/notify/delivery.h"
#include "streams/publish/cut_off.h"
#include "streams/store/store.h"
#include "streams/watch/room.h"

#include <utility>

namespace api {

edge::task<edge::result<void>> begin_change(edge::context& request, streams::stream_record& record,
                                            std::vector<streams::change> changes) {
  const edge::timestamp now = request.host.now();
  streams::store store{request.host, now + stream_budget};
  const streams::pending_change pending{
      .stream_id = record.id, .id = streams::make_stream_id(now, request.host.random()), .since = now};
  if (!co_await attempt(store.work.put(pending))) {
    co_return refuse(store_unavailable);
  }
  streams::stream_record stored = record;
  for (streams::change& each : changes) {
    each.by = request.caller;
    if (!co_await attempt(store.facts.put(record.id, each))) {
      co_return refuse(store_unavailable);
    }
    record.desired.fold(each);
    record.broadcasts.fold(each);
  }
  (void)co_await attempt(streams::fold_and_save(request.host, std::move(stored), record));
  // While it is live, the news for viewers takes a call of a provider.
  if (record.status(now) == streams::stream_status::live) {
    request.after_answering([&host = request.host, record] { return streams::tell_room(host, record); });
  } else {
    co_await streams::tell_room(request.host, record);
  }
  if (const auto next = streams::next_delivery(request.host, record); next && *next <= now) {
    request.after_answering([&host = request.host, record]() mutable -> edge::task<void> {
      (void)co_await streams::deliver_events(host, record);
    });
  }
  co_return {};
}

edge::task<edge::result<void>> stop_phone(edge::context& request, const streams::settings& with,
                                          streams::stream_record& record) {
  const auto stopped = streams::change::only(streams::change_kind::stopped, request.host.now());
  co_await begin_change(request, record, {stopped});
  const auto done = co_await attempt(streams::cut_off(request.host, with, record, stopped.at));
  if (!done) {
    co_return refuse(provider_failed(could_not(done.error()) + ". Send the same again to finish it"));
  }
  co_return {};
}

} // namespace api
