#include "streams/manage/refresh.h"

#include "edge/all.h"
#include "edge/retry.h"
#include "streams/manage/end_stream.h"
#include "streams/model/settings.h"

namespace streams {

namespace {

constexpr std::chrono::minutes quiet_after{15};
constexpr std::chrono::seconds budget{10};

bool is_quiet(const stream_record& stream, edge::timestamp now) {
  return now >= stream.updated_at() + quiet_after && stream.broadcasts.status(now) != stream_status::live;
}

} // namespace

edge::task<bool> fold_facts(store& from, stream_record& stream) {
  auto [said, known] =
      co_await edge::all(from.facts.fold_broadcasts(stream), from.facts.fold_changes(stream));
  const broadcast_state broadcasts = stream.broadcasts;
  const desired_state desired = stream.desired;
  if (said) {
    stream.broadcasts.join(*said);
  }
  if (known) {
    stream.join(*known);
  }
  co_return stream.broadcasts != broadcasts || stream.desired != desired;
}

edge::task<bool> bring_up_to_date(store& from, stream_record& stream) {
  co_return !is_quiet(stream, from.kv.now()) && co_await fold_facts(from, stream);
}

edge::task<void> save_record(edge::host& host, const stream_record& stream) {
  const edge::timestamp deadline = host.now() + budget;
  store to{host, deadline};
  (void)co_await attempt(edge::retry(host, deadline, [&] { return to.streams.update(stream); }));
}

edge::task<void> refresh(edge::host& host, std::string stream_id, broadcast_state news) {
  store from{host, host.now() + budget};
  auto found = co_await attempt(from.streams.get(stream_id));
  if (!found || !*found) {
    co_return;
  }
  stream_record stream = std::move(**found);
  const broadcast_state before = stream.broadcasts;
  stream.broadcasts.join(news);
  bool changed = stream.broadcasts != before;
  changed = co_await fold_facts(from, stream) || changed;
  if (needs_closing(stream, host.now())) {
    if (auto with = settings::read(host.settings())) {
      co_await end_stream(host, *with, stream, host.now() + budget);
      changed = true;
    }
  }
  if (changed) {
    (void)co_await attempt(from.streams.update(stream));
  }
}

} // namespace streams
