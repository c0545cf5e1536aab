#include "api/ask_for_work.h"

#include "api/known_stream.h"
#include "api/problems.h"
#include "edge/retry.h"
#include "streams/repository.h"
#include "streams/stream_id.h"

#include <utility>

namespace api {

edge::task<std::expected<streams::pending_work, edge::problem>>
ask_for_work(edge::context& request, streams::stream_record& record, std::vector<streams::change> asked) {
  streams::repository repository{request.host, request.host.now() + stream_budget};
  streams::pending_work work{.stream_id = record.id,
                             .id = streams::make_stream_id(request.host.now(), request.host.random()),
                             .since = request.host.now()};
  auto intended = co_await repository.put_pending(work);
  if (!intended) co_return std::unexpected(store_unavailable());
  for (const streams::change& each : asked) {
    auto stored = co_await repository.put_change(record.id, each);
    if (!stored) co_return std::unexpected(store_unavailable());
    record.asked.fold(each);
  }
  co_return work;
}

void finish_work_later(edge::context& request, const streams::stream_record& record,
                       streams::pending_work work) {
  request.after_answering([&host = request.host, record, work = std::move(work)] -> edge::task<void> {
    edge::timestamp deadline = host.now() + stream_budget;
    streams::repository to{host, deadline};
    auto written = co_await edge::retry(host, deadline, [&] { return to.update(record); });
    if (written) (void)co_await to.remove_pending(work);
  });
}

} // namespace api
