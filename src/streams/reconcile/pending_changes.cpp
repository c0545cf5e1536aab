#include "streams/reconcile/pending_changes.h"

#include "streams/manage/delete_stream.h"
#include "streams/manage/end_stream.h"
#include "streams/reconcile/backups.h"
#include "streams/store/credentials.h"

#include <algorithm>
#include <chrono>
#include <map>

namespace streams {

namespace {

constexpr std::chrono::minutes longest_change_pause{5};

// These give true when nothing is left to do.

edge::task<edge::outcome<bool>> complete_deletion(reconcile_round& round, const stream_record& stream) {
  const auto result = co_await delete_stream(round.host(), round.settings(), stream, round.deadline());
  if (auto failure = result.failure()) {
    co_return std::unexpected(*failure);
  }
  co_await round.store().facts.remove_all(stream);
  co_return true;
}

// A broadcast that is live goes on.
edge::task<edge::outcome<bool>> complete_end(reconcile_round& round, stream_record& stream) {
  if (!stream.desired.ended() || stream.desired.closed()) {
    co_return true;
  }
  if (!needs_closing(stream, round.host().now())) {
    co_return false;
  }
  const auto result = co_await end_stream(round.host(), round.settings(), stream, round.deadline());
  if (auto failure = result.failure()) {
    co_return std::unexpected(*failure);
  }
  co_return stream.desired.closed();
}

// KV reads may be a minute old, so a switch is left to its request until then, and checked again after it was
// applied here.
edge::task<edge::outcome<bool>> complete_simulcast(reconcile_round& round, const stream_record& stream) {
  const auto& wanted = stream.desired.simulcast();
  if (wanted && !round.is_abandoned(wanted.at())) {
    co_return false;
  }
  co_return !wanted || co_await switch_backup(round, stream);
}

edge::task<edge::outcome<bool>> complete_changes(reconcile_round& round, const std::string& stream_id) {
  auto found = co_await round.store().streams.get(stream_id);
  if (!found) {
    co_return true;
  }
  stream_record& stream = *found;
  stream.join(co_await round.store().facts.fold_changes(stream));
  stream.broadcasts = co_await round.store().facts.fold_broadcasts(stream);
  if (stream.desired.deleted()) {
    co_return co_await complete_deletion(round, stream);
  }
  const bool is_ended = co_await complete_end(round, stream);
  const bool is_switched = co_await complete_simulcast(round, stream);
  const auto& rotated = stream.desired.rotated();
  const bool is_rotated = !rotated || round.is_abandoned(rotated.at());
  if (is_rotated) {
    co_await store_rotated_credentials(round.host(), round.settings(), stream);
  }
  co_await round.store().streams.update(stream);
  co_return (is_ended && is_switched && is_rotated);
}

} // namespace

edge::task<void> complete_pending_changes(reconcile_round& round, reconcile_memory& memory,
                                          const std::vector<pending_change>& all) {
  round.begin(repair::changes);
  std::map<std::string, std::vector<pending_change>> by_stream;
  for (const pending_change& each : all) {
    if (round.is_abandoned(each.since)) {
      by_stream[each.stream_id].push_back(each);
    }
  }
  for (const auto& [stream_id, changes] : by_stream) {
    retry_time& time = memory.changes[stream_id];
    if (time.next > round.host().now()) {
      continue;
    }
    if (round.is_spent()) {
      round.count_left(1);
      continue;
    }
    const auto complete = co_await attempt(complete_changes(round, stream_id));
    bool removed = complete && *complete;
    for (const pending_change& each : changes) {
      removed = removed && co_await attempt(round.store().work.remove(each));
    }
    if (removed) {
      ++round.counts().changes_completed;
    }
    if (!complete) {
      round.count_failure(complete.error());
    }
    time.postpone(round.host(), longest_change_pause);
  }
}

} // namespace streams
