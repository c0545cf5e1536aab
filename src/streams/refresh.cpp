#include "streams/refresh.h"

namespace streams {

namespace {

constexpr std::chrono::minutes quiet_after{15};
constexpr std::chrono::seconds budget{10};

} // namespace

bool under_way(const stream_record& stream, edge::timestamp now) {
  return now < stream.updated_at() + quiet_after || stream.broadcasts.status(now) == stream_status::live;
}

edge::task<bool> take_in_facts(repository& from, stream_record& stream) {
  auto folded = co_await from.fold_facts(stream);
  if (!folded || *folded == stream.broadcasts) co_return false;
  stream.broadcasts = std::move(*folded);
  co_return true;
}

edge::task<void> write_back(edge::host& host, const stream_record& stream) {
  (void)co_await repository{host, host.now() + budget}.update(stream);
}

edge::task<void> refresh(edge::host& host, std::string stream_id) {
  repository from{host, host.now() + budget};
  auto found = co_await from.get(stream_id);
  if (!found || !*found) co_return;
  stream_record stream = std::move(**found);
  if (co_await take_in_facts(from, stream)) (void)co_await from.update(stream);
}

} // namespace streams
