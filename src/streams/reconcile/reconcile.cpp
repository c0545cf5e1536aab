#include "streams/reconcile/reconcile.h"

#include "streams/reconcile/backups.h"
#include "streams/reconcile/interrupted_creations.h"
#include "streams/reconcile/memory.h"
#include "streams/reconcile/missed_webhooks.h"
#include "streams/reconcile/orphans.h"
#include "streams/reconcile/pending_changes.h"
#include "streams/reconcile/round.h"
#include "streams/store/keys.h"

#include <algorithm>
#include <iterator>

namespace streams {

namespace {

constexpr std::uint32_t page_size = 100;

// The newest streams each time, one page of the older ones in turn, and those whose next check is due.
edge::task<edge::outcome<std::vector<stream_record>>> read_streams(reconcile_round& round,
                                                                   reconcile_memory& memory) {
  stream_page newest = co_await round.store().streams.list_all("", page_size);
  std::vector<stream_record> all = std::move(newest.streams);
  auto add = [&](std::vector<stream_record> more) {
    for (stream_record& each : more) {
      if (!std::ranges::contains(all, each.id, &stream_record::id)) {
        all.push_back(std::move(each));
      }
    }
  };
  if (!newest.cursor.empty()) {
    const std::string_view next = memory.cursor.empty() ? newest.cursor : memory.cursor;
    stream_page older = co_await round.store().streams.list_all(next, page_size);
    memory.cursor = std::move(older.cursor);
    add(std::move(older.streams));
  }
  std::vector<std::string> due;
  for (const auto& [id, time] : memory.checks) {
    if (due.size() < page_size && time.next <= round.host().now() &&
        !std::ranges::contains(all, id, &stream_record::id)) {
      due.push_back(id);
    }
  }
  add(co_await round.store().streams.get_all(due));
  co_return all;
}

} // namespace

edge::task<reconcile_counts> reconcile(edge::host& host, const settings& with) {
  reconcile_round round{host, with};
  auto text = co_await attempt(round.store().kv.get(std::string{keys::reconcile_memory}));
  const reconcile_memory remembered =
      text ? reconcile_memory::from_text(text->value_or("")) : reconcile_memory{};
  reconcile_memory memory = remembered;

  if (auto unfinished = co_await attempt(round.store().work.list())) {
    co_await resolve_interrupted_creations(round, unfinished->creations);
    co_await complete_pending_changes(round, memory, unfinished->changes);
  } else {
    ++round.counts().failures;
  }
  if (auto streams = co_await attempt(read_streams(round, memory))) {
    co_await attach_backups(round, memory, *streams);
    co_await recover_missed_webhooks(round, memory, *streams);
  } else {
    ++round.counts().failures;
  }
  co_await sweep_orphans(round, memory);

  memory.forget_gone(host.now());
  if (!text || memory != remembered) {
    (void)co_await attempt(round.store().kv.put(std::string{keys::reconcile_memory}, memory.to_text()));
  }
  co_return round.counts();
}

} // namespace streams
