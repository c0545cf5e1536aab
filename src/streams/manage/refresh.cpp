#include "streams/manage/refresh.h"

#include "edge/retry.h"
#include "streams/model/recording_check.h"
#include "streams/notify/delivery.h"
#include "streams/store/due.h"
#include "streams/store/work_queue.h"
#include "streams/watch/room.h"

namespace streams {

namespace {

constexpr std::chrono::seconds budget{10};

} // namespace

edge::task<void> fold_facts(store& from, stream_record& stream) {
  stream.folded_at = from.kv.now();
  if (const auto known = co_await attempt(from.facts.fold(stream.id))) {
    stream.join(*known);
  }
}

edge::task<edge::status> fold_and_save(edge::host& host, stream_record stored, stream_record& stream) {
  const edge::timestamp deadline = host.now() + budget;
  store to{host, deadline};
  co_return co_await attempt(edge::retry(host, deadline, [&] -> edge::task<edge::status> {
    co_await fold_facts(to, stream);
    if (stream.says_the_same(stored)) {
      co_return {};
    }
    co_return co_await attempt(to.streams.update(stream));
  }));
}

edge::task<edge::status> save_and_tell(edge::host& host, const stream_record& stream) {
  store to{host, host.now() + budget};
  const auto saved = co_await attempt(to.streams.update(stream));
  co_await tell_room(host, stream);
  co_return saved;
}

edge::task<void> refresh(edge::host& host, std::string stream_id, broadcast_state news) {
  store from{host, host.now() + budget};
  auto found = co_await attempt(from.streams.get_record(stream_id));
  if (!found || !*found) {
    co_return;
  }
  const stream_record stored = std::move(**found);
  stream_record stream = stored;
  stream.broadcasts.join(news);
  (void)co_await attempt(fold_and_save(host, stored, stream));
  if (!stream.says_the_same(stored)) {
    co_await tell_room(host, stream);
  }
  // Without a room nobody else would look at it in time: the schedule reads the newest streams, and the
  // others in turn.
  if (!has_rooms(host) && has_begun(stored, stream, host.now())) {
    (void)co_await attempt(from.work.put(pending_change::check_of(stream.id, host)));
  }
  (void)co_await attempt(from.facts.end_alarm(news));
  // Last, because a receiver may be slow. The alarm that follows each fact delivers what this does not.
  if (!stream.says_the_same(stored)) {
    (void)co_await deliver_events(host, stream);
  }
}

} // namespace streams
