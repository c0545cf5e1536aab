#include "streams/reconcile/alarm.h"

#include "streams/manage/refresh.h"
#include "streams/model/recording_check.h"
#include "streams/model/stream_id.h"
#include "streams/notify/delivery.h"
#include "streams/publish/livekit.h"
#include "streams/reconcile/backups.h"
#include "streams/reconcile/deliveries.h"
#include "streams/reconcile/interrupted_creations.h"
#include "streams/reconcile/missed_webhooks.h"
#include "streams/reconcile/pending_changes.h"
#include "streams/reconcile/second_copy.h"
#include "streams/store/due.h"
#include "streams/store/keys.h"
#include "streams/watch/room.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace streams {

namespace {

// A stream that nothing is expected of is checked so often in a row without news. After that the schedule
// wakes it in its turn.
constexpr std::uint32_t most_quiet_checks = 6;
// A live stream is looked at that often at least.
constexpr std::chrono::minutes between_looks{6};
constexpr std::chrono::minutes after_failure{1};

// The schedule runs four times an hour. It wakes so many streams with work and so many in progress at most,
// and so many others: of a thousand streams, each has its turn within a day.
constexpr std::size_t most_woken = 100;
constexpr std::size_t quiet_in_a_run = 12;
constexpr std::chrono::minutes between_runs{15};

using due_time = std::optional<edge::timestamp>;

void no_later(due_time& than, edge::timestamp at) { than = std::min(than.value_or(at), at); }

// What was due before and was not tried now is not tried any more.
void no_later(due_time& than, const reconcile_memory::times_by_stream& times, const std::string& stream_id,
              edge::timestamp now) {
  if (const auto time = times.find(stream_id); time != times.end() && time->second.next > now) {
    no_later(than, time->second.next);
  }
}

edge::task<void> do_work(reconcile_round& round, reconcile_memory& memory, const std::string& stream_id) {
  const edge::timestamp again = round.host().now() + after_failure;
  due_time next;
  if (auto found = co_await attempt(round.store().work.list_of(stream_id))) {
    co_await resolve_interrupted_creations(round, found->creations);
    const bool is_resolved = round.counts().failures + round.counts().left == 0;
    for (const intent& each : found->creations) {
      if (!round.is_past_grace(each.created_at)) {
        no_later(next, each.created_at + round.settings().grace);
      } else if (!is_resolved) {
        no_later(next, again);
      }
    }
    co_await complete_pending_changes(round, memory, found->changes);
    // What is too young yet is done at once with the youngest: webhooks come in bursts.
    edge::timestamp youngest;
    for (const pending_change& each : found->changes) {
      youngest = std::max(youngest, each.since);
    }
    if (youngest != edge::timestamp{} && !round.is_abandoned(youngest)) {
      no_later(next, youngest + settings::abandoned_after(round.host().settings()));
    }
    no_later(next, memory.changes, stream_id, round.host().now());
  } else {
    round.count_failure(found.error());
    next = again;
  }
  if (next) {
    (void)co_await attempt(set_due(round.host(), stream_id, due::work, *next, memory.to_text()));
  }
}

due_time next_check(reconcile_round& round, const reconcile_memory& memory, const stream_record& stream,
                    edge::timestamp now) {
  if (stream.desired.deleted()) {
    return std::nullopt;
  }
  due_time next = next_look(stream, round.settings().recording_check, now);
  const auto check = memory.checks.find(stream.id);
  if (check != memory.checks.end() &&
      (is_in_progress(stream, now) || check->second.fruitless <= most_quiet_checks)) {
    no_later(next, memory.checks, stream.id, now);
  }
  no_later(next, memory.backups, stream.id, now);
  no_later(next, memory.copies, stream.id, now);
  if (round.counts().left > 0) {
    no_later(next, now + after_failure);
  }
  return next;
}

edge::task<void> learn_deployment(reconcile_round& round) {
  if (const auto stored = co_await attempt(round.store().kv.get(std::string{keys::deployment}))) {
    co_await round.learn_deployment(stored->value_or(""));
  } else {
    round.count_failure(stored.error());
  }
}

// Has a phone at LiveKit sent on. The record may be from before it came. Gives when to look again.
edge::task<due_time> send_on(reconcile_round& round, stream_record& stream) {
  if (!round.settings().livekit || stream.ingest != ingest_plan::livekit) {
    co_return std::nullopt;
  }
  co_await fold_facts(round.store(), stream);
  const auto next = co_await attempt(keep_sending(round.host(), round.settings(), stream));
  if (next) {
    co_return *next;
  }
  round.count_failure(next.error());
  co_return round.host().now() + after_failure;
}

edge::task<void> look_at(reconcile_round& round, reconcile_memory& memory, const std::string& stream_id) {
  constexpr std::uint32_t each_one = 1;
  edge::host& host = round.host();
  due_time next;
  auto found = co_await attempt(round.store().streams.get_all({stream_id}));
  if (!found) {
    round.count_failure(found.error());
    next = host.now() + after_failure;
  } else if (!found->empty()) {
    // First, because a phone waits for it, and what follows may take a while.
    const due_time look = co_await send_on(round, found->front());
    if (awaits_backup(found->front())) {
      co_await learn_deployment(round);
    }
    co_await attach_backups(round, memory, *found);
    co_await recover_missed_webhooks(round, memory, *found, each_one);
    co_await advance_transfers(round, memory, *found);
    co_await tell_what_time_changed(host, found->front(), between_looks);
    co_await deliver_due_events(round, *found);
    next = next_check(round, memory, found->front(), host.now());
    if (const auto delivery = next_delivery(host, found->front())) {
      no_later(next, std::max(*delivery, host.now() + after_failure));
    }
    if (look) {
      no_later(next, *look);
    }
  }
  if (next) {
    (void)co_await attempt(set_due(host, stream_id, due::check, *next, memory.to_text()));
  }
}

// Wakes up to `most` of these streams, with each run the next ones, and gives how many it left out.
edge::task<std::size_t> wake_in_turn(reconcile_round& round, const std::vector<std::string>& streams,
                                     std::size_t most, due what, edge::timestamp at) {
  const auto run = static_cast<std::size_t>(round.host().now().time_since_epoch() / between_runs);
  const std::size_t turns = std::min(streams.size(), most);
  for (std::size_t i = 0; i < turns; ++i) {
    ++round.counts().woken;
    (void)co_await attempt(set_due(round.host(), streams[(run * most + i) % streams.size()], what, at));
  }
  co_return streams.size() - turns;
}

} // namespace

edge::task<reconcile_counts> reconcile_stream(edge::host& host, const settings& with, const alarm& of) {
  reconcile_memory memory = reconcile_memory::from_text(of.memory);
  reconcile_round round{host, with, memory};
  if (of.has_copy_news) {
    memory.copies.erase(of.stream_id);
  }
  if (of.has_work) {
    co_await do_work(round, memory, of.stream_id);
  }
  co_await look_at(round, memory, of.stream_id);
  co_return round.counts();
}

edge::task<void> wake_rooms(reconcile_round& round, reconcile_memory& memory,
                            const unfinished_work& unfinished) {
  edge::host& host = round.host();
  const edge::timestamp now = host.now();
  std::vector<std::string> with_work;
  const auto has_work = [&](const std::string& id) {
    if (!std::ranges::contains(with_work, id)) {
      with_work.push_back(id);
    }
  };
  for (const intent& each : unfinished.creations) {
    if (round.is_past_grace(each.created_at)) {
      has_work(each.stream_id);
    }
  }
  std::vector<pending_change> without_stream;
  for (const pending_change& each : unfinished.changes) {
    if (!is_stream_id(each.stream_id)) {
      without_stream.push_back(each);
    } else if (round.is_abandoned(each.since)) {
      has_work(each.stream_id);
    }
  }
  co_await complete_pending_changes(round, memory, without_stream);
  round.count_left(co_await wake_in_turn(round, with_work, most_woken, due::work, now));

  std::vector<std::string> open;
  std::vector<std::string> quiet;
  const auto sort_out = [&](const edge::outcome<listed_streams>& page) {
    if (!page) {
      return round.count_failure(page.error());
    }
    for (const listed_stream& each : page->streams) {
      (each.is_open ? open : quiet).push_back(each.id);
    }
  };
  const auto newest = co_await attempt(round.store().streams.list_ids(""));
  sort_out(newest);
  if (newest && !newest->cursor.empty()) {
    auto older = co_await attempt(
        round.store().streams.list_ids(memory.cursor.empty() ? newest->cursor : memory.cursor));
    sort_out(older);
    memory.cursor = older ? std::move(older->cursor) : "";
  }
  // An alarm that is set comes before that.
  const edge::timestamp later = now + between_looks;
  round.count_left(co_await wake_in_turn(round, open, most_woken, due::check, later));
  (void)co_await wake_in_turn(round, quiet, quiet_in_a_run, due::check, later);
}

} // namespace streams
