#include "streams/manage/refresh.h"

#include "edge/all.h"
#include "edge/retry.h"
#include "streams/manage/end_stream.h"
#include "streams/model/settings.h"

namespace streams {

namespace {

constexpr std::chrono::minutes quiet_after{15};
constexpr std::chrono::seconds budget{10};

} // namespace

bool under_way(const stream_record& stream, edge::timestamp now) {
  return now < stream.updated_at() + quiet_after || stream.broadcasts.status(now) == stream_status::live;
}

edge::task<bool> take_in_facts(store& from, stream_record& stream) {
  auto [said, known] =
      co_await edge::all(from.facts.fold_broadcasts(stream), from.facts.fold_changes(stream));
  broadcast_state broadcasts = stream.broadcasts;
  desired_state asked = stream.desired;
  if (said) stream.broadcasts.join(*said);
  if (known) stream.join(*known);
  co_return stream.broadcasts != broadcasts || stream.desired != asked;
}

edge::task<void> write_back(edge::host& host, const stream_record& stream) {
  store to{host, host.now() + budget};
  (void)co_await attempt(edge::retry(host, host.now() + budget, [&] { return to.streams.update(stream); }));
}

edge::task<void> refresh(edge::host& host, std::string stream_id, broadcast_state news) {
  store from{host, host.now() + budget};
  auto found = co_await attempt(from.streams.get(stream_id));
  if (!found || !*found) co_return;
  stream_record stream = std::move(**found);
  broadcast_state before = stream.broadcasts;
  stream.broadcasts.join(news);
  bool changed = stream.broadcasts != before;
  changed = co_await take_in_facts(from, stream) || changed;
  if (to_be_closed(stream, host.now()))
    if (auto with = settings::read(host.settings())) {
      (void)co_await end_at_providers(host, *with, stream, host.now() + budget);
      changed = true;
    }
  if (changed) (void)co_await attempt(from.streams.update(stream));
}

} // namespace streams
