#include "streams/reconcile/reconcile.h"

#include "json/number.h"
#include "streams/reconcile/backups.h"
#include "streams/reconcile/interrupted_creations.h"
#include "streams/reconcile/memory.h"
#include "streams/reconcile/missed_webhooks.h"
#include "streams/reconcile/orphans.h"
#include "streams/reconcile/pending_changes.h"
#include "streams/reconcile/round.h"
#include "streams/store/deployment.h"
#include "streams/store/keys.h"
#include "streams/watch/room.h"

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

// At most that long: a room tells nobody what it has told before.
constexpr std::chrono::minutes between_runs{6};

// No fact says what time alone changes.
edge::task<void> tell_what_time_changed(reconcile_round& round, const std::vector<stream_record>& streams) {
  const edge::timestamp now = round.host().now();
  for (const stream_record& each : streams) {
    if (!each.desired.deleted() && changed_by_time(each, now, between_runs)) {
      co_await tell_room(round.host(), each);
    }
  }
}

} // namespace

edge::task<reconcile_counts> reconcile(edge::host& host, const settings& with) {
  reconcile_round round{host, with};
  const auto kept = co_await attempt(
      round.store().kv.get_all({std::string{keys::reconcile_memory}, std::string{keys::deployment}}));
  const reconcile_memory remembered =
      kept ? reconcile_memory::from_text(kept->front().value) : reconcile_memory{};
  reconcile_memory memory = remembered;
  if (kept) {
    if (auto deployment = co_await attempt(
            deployment_of(round.store().kv, host.random(), with.deployment, kept->back().value))) {
      round.is_deployment(*std::move(deployment));
    } else {
      round.count_failure(deployment.error());
    }
  }

  if (auto unfinished = co_await attempt(round.store().work.list())) {
    co_await resolve_interrupted_creations(round, unfinished->creations);
    co_await complete_pending_changes(round, memory, unfinished->changes);
  } else {
    round.count_failure(unfinished.error());
  }
  if (auto streams = co_await attempt(read_streams(round, memory))) {
    co_await attach_backups(round, memory, *streams);
    co_await recover_missed_webhooks(round, memory, *streams);
    co_await tell_what_time_changed(round, *streams);
  } else {
    round.count_failure(streams.error());
  }
  co_await sweep_orphans(round, memory);

  memory.forget_gone(host.now());
  if (!kept || memory != remembered) {
    (void)co_await attempt(round.store().kv.put(std::string{keys::reconcile_memory}, memory.to_text()));
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
