#include "streams/reconcile/pending_changes.h"

#include "streams/manage/delete_stream.h"
#include "streams/manage/end_stream.h"
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
  if (!wanted || !stream.mux || !stream.cloudflare) {
    co_return true;
  }
  if (!round.is_abandoned(wanted.at())) {
    co_return false;
  }
  const std::string& input = stream.cloudflare->live_input_id;
  auto outputs = co_await attempt(round.cloudflare().list_outputs(input));
  if (is_not_found(outputs)) {
    co_return true;
  }
  const auto all = co_await std::move(outputs);
  auto backup = std::ranges::find(all, stream.mux->output_id, &cloudflare::output::id);
  if (backup == all.end() || backup->enabled == wanted.value()) {
    co_return true;
  }
  co_await round.cloudflare().set_output_enabled(input, backup->id, wanted.value());
  co_return false;
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
      break;
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
      ++round.counts().failures;
    }
    time.postpone(round.host(), longest_change_pause);
  }
}

} // namespace streams
