#include "streams/reconcile/reconcile.h"

#include "streams/reconcile/backups.h"
#include "streams/reconcile/interrupted_creations.h"
#include "streams/reconcile/missed_webhooks.h"
#include "streams/reconcile/orphans.h"
#include "streams/reconcile/pending_changes.h"
#include "streams/reconcile/round.h"

#include <algorithm>
#include <iterator>

namespace streams {

namespace {

constexpr std::uint32_t page_size = 100;

// The newest streams each time, a page of older ones in turn, and those that were looked at before.
edge::task<edge::outcome<std::vector<stream_record>>> read_streams(reconcile_round& round,
                                                                   reconcile_memory& memory) {
  stream_page newest = co_await round.store().list_all("", page_size);
  std::vector<stream_record> all = std::move(newest.streams);
  auto add = [&](std::vector<stream_record> more) {
    for (stream_record& each : more)
      if (!std::ranges::contains(all, each.id, &stream_record::id)) all.push_back(std::move(each));
  };
  if (!newest.cursor.empty()) {
    std::string_view next = memory.cursor.empty() ? newest.cursor : memory.cursor;
    stream_page older = co_await round.store().list_all(next, page_size);
    memory.cursor = std::move(older.cursor);
    add(std::move(older.streams));
  }
  std::vector<std::string> waiting;
  for (const auto& [id, each] : memory.looks)
    if (waiting.size() < page_size && each.next <= round.host().now() &&
        !std::ranges::contains(all, id, &stream_record::id))
      waiting.push_back(id);
  add(co_await round.store().get_all(waiting));
  co_return all;
}

} // namespace

edge::task<reconcile_report> reconcile(edge::host& host, const settings& with) {
  reconcile_round round{host, with};
  auto remembered = co_await attempt(round.store().get_memory());
  reconcile_memory memory = remembered.value_or(reconcile_memory{});

  if (auto unfinished = co_await attempt(round.store().list_unfinished())) {
    co_await settle_half_made(round, unfinished->creations);
    co_await finish_pending_work(round, memory, unfinished->pending);
  } else {
    ++round.report().failures;
  }
  if (auto streams = co_await attempt(read_streams(round, memory))) {
    co_await attach_backups(round, memory, *streams);
    co_await look_for_missed_facts(round, memory, *streams);
  } else {
    ++round.report().failures;
  }
  co_await sweep_orphans(round, memory);

  memory.forget_gone(host.now());
  if (memory != remembered) (void)co_await attempt(round.store().put_memory(memory));
  co_return round.report();
}

} // namespace streams
