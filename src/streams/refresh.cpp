#include "streams/refresh.h"

#include "edge/all.h"

namespace streams {

namespace {

constexpr std::chrono::minutes quiet_after{15};
constexpr std::chrono::seconds budget{10};

} // namespace

bool under_way(const stream_record& stream, edge::timestamp now) {
  return now < stream.updated_at() + quiet_after || stream.broadcasts.status(now) == stream_status::live;
}

edge::task<bool> take_in_facts(repository& from, stream_record& stream) {
  auto [broadcasts, asked] = co_await edge::all(from.fold_facts(stream), from.fold_changes(stream));
  bool news = (broadcasts && *broadcasts != stream.broadcasts) || (asked && *asked != stream.asked);
  if (broadcasts) stream.broadcasts = std::move(*broadcasts);
  if (asked) stream.asked = std::move(*asked);
  co_return news;
}

edge::task<void> write_back(edge::host& host, const stream_record& stream) {
  (void)co_await repository{host, host.now() + budget}.update(stream);
}

edge::task<void> refresh(edge::host& host, std::string stream_id, broadcast_state news) {
  repository from{host, host.now() + budget};
  auto found = co_await from.get(stream_id);
  if (!found || !*found) co_return;
  stream_record stream = std::move(**found);
  broadcast_state before = stream.broadcasts;
  stream.broadcasts.join(news);
  bool changed = stream.broadcasts != before;
  changed = co_await take_in_facts(from, stream) || changed;
  if (changed) (void)co_await from.update(stream);
}

} // namespace streams
