#include "streams/reconcile/reconcile.h"

#include "json/number.h"
#include "streams/publish/livekit.h"
#include "streams/publish/whip_session.h"
#include "streams/reconcile/alarm.h"
#include "streams/reconcile/backups.h"
#include "streams/reconcile/deliveries.h"
#include "streams/reconcile/interrupted_creations.h"
#include "streams/reconcile/memory.h"
#include "streams/reconcile/missed_webhooks.h"
#include "streams/reconcile/orphans.h"
#include "streams/reconcile/pending_changes.h"
#include "streams/reconcile/round.h"
#include "streams/reconcile/second_copy.h"
#include "streams/store/due.h"
#include "streams/store/keys.h"

#include <algorithm>
#include <iterator>

namespace streams {

namespace {

constexpr std::uint32_t page_size = 100;
// Of the streams that changed long ago, each run checks one in so many of those that it reads.
constexpr std::uint32_t forgotten_share = 200;

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
  // However many are due, first those that are live or await a recording, then copies.
  std::vector<std::string> due;
  for (const bool is_urgent : {true, false}) {
    for (const reconcile_memory::times_by_stream* times : {&memory.copies, &memory.checks}) {
      for (const auto& [id, time] : *times) {
        if (due.size() < page_size && time.next <= round.host().now() && time.is_urgent == is_urgent &&
            !std::ranges::contains(all, id, &stream_record::id) && !std::ranges::contains(due, id)) {
          due.push_back(id);
        }
      }
    }
  }
  add(co_await round.store().streams.get_all(due));
  co_return all;
}

// Has the phones at LiveKit sent on. LiveKit is asked about each stream that a phone may be publishing to,
// for so long at most.
edge::task<void> send_on(reconcile_round& round, const std::vector<stream_record>& streams) {
  constexpr std::chrono::seconds longest{10};
  const edge::timestamp now = round.host().now();
  for (const stream_record& each : streams) {
    const auto begun = each.broadcasts.last_begun();
    if (each.ingest != ingest_plan::livekit || !begun || now >= *begun + whip_session::longest) {
      continue;
    }
    if (round.host().now() >= now + longest) {
      round.count_left(1);
    } else if (const auto sent = co_await attempt(keep_sending(round.host(), round.settings(), each));
               !sent) {
      round.count_failure(sent.error());
    }
  }
}

// Everything for all streams, most urgent first: for a deployment without rooms.
edge::task<void> reconcile_streams(reconcile_round& round, reconcile_memory& memory,
                                   const unfinished_work& unfinished) {
  co_await resolve_interrupted_creations(round, unfinished.creations);
  co_await complete_pending_changes(round, memory, unfinished.changes);
  auto streams = co_await attempt(read_streams(round, memory));
  if (!streams) {
    round.count_failure(streams.error());
    co_return;
  }
  co_await send_on(round, *streams);
  co_await attach_backups(round, memory, *streams);
  co_await recover_missed_webhooks(round, memory, *streams, forgotten_share);
  co_await advance_transfers(round, memory, *streams);
  co_await deliver_due_events(round, *streams);
}

edge::task<void> store_memory(reconcile_round& round, const reconcile_memory& memory) {
  (void)co_await attempt(round.store().kv.put(std::string{keys::reconcile_memory}, memory.to_text()));
}

} // namespace

edge::task<reconcile_counts> reconcile(edge::host& host, const settings& with) {
  reconcile_memory memory;
  reconcile_round round{host, with, memory};
  const auto kept = co_await attempt(
      round.store().kv.get_all({std::string{keys::reconcile_memory}, std::string{keys::deployment}}));
  if (kept) {
    memory = reconcile_memory::from_text(kept->front().value);
  }
  const reconcile_memory remembered = memory;
  if (kept) {
    co_await round.learn_deployment(kept->back().value);
  }

  // Where the list of work cannot be read, the streams themselves can.
  auto unfinished = co_await attempt(round.store().work.list());
  if (!unfinished) {
    round.count_failure(unfinished.error());
    unfinished.emplace();
  }
  round.count_left(unfinished->left_out);
  if (has_rooms(host)) {
    co_await wake_rooms(round, memory, *unfinished);
  } else {
    co_await reconcile_streams(round, memory, *unfinished);
  }
  memory.forget_gone(host.now());
  if (!kept || memory != remembered) {
    co_await store_memory(round, memory);
  }
  // A sweep of long lists may use up the run.
  const reconcile_memory before_sweep = memory;
  co_await sweep_orphans(round, memory);
  if (memory != before_sweep) {
    co_await store_memory(round, memory);
  }
  co_return round.counts();
}

edge::task<std::string> sweep_state(edge::host& host) {
  kv store{host, host.now()};
  const auto text = co_await attempt(store.get(std::string{keys::reconcile_memory}));
  if (!text) {
    co_return "unknown: the store cannot be read";
  }
  const auto memory = reconcile_memory::from_text(text->value_or(""));
  if (!memory.stopped.empty()) {
    co_return "stopped: " + memory.stopped;
  }
  if (memory.is_cut_off) {
    co_return "on, except for live inputs: Cloudflare's list of them is too long to be read whole";
  }
  if (memory.foreign > 0) {
    co_return "on; left alone: " + json::decimal(memory.foreign) +
        " objects at the providers that another deployment with this name made, or this one with another "
        "store";
  }
  co_return "on";
}

} // namespace streams
