#include "streams/reconcile/pending_changes.h"

#include "streams/manage/delete_stream.h"
#include "streams/manage/end_stream.h"
#include "streams/manage/refresh.h"
#include "streams/manage/remove_recordings.h"
#include "streams/manage/set_visibility.h"
#include "streams/model/recording_check.h"
#include "streams/model/stream_id.h"
#include "streams/publish/cut_off.h"
#include "streams/publish/livekit.h"
#include "streams/publish/relay.h"
#include "streams/reconcile/backups.h"
#include "streams/store/credentials.h"
#include "streams/watch/room.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>

namespace streams {

namespace {

constexpr std::chrono::minutes longest_change_pause{5};

edge::task<edge::status> remove_late_ingresses(reconcile_round& round, std::string_view stream_id) {
  co_return unless_refused(round.host(), co_await attempt(remove_ingresses(round.host(), round.settings(),
                                                                           stream_id, round.deadline())));
}

// These give true when nothing is left to do.

edge::task<edge::outcome<bool>> complete_deletion(reconcile_round& round, const stream_record& stream) {
  const auto result = co_await delete_stream(round.host(), round.settings(), stream, round.deadline());
  if (auto failure = result.failure()) {
    co_return std::unexpected(*failure);
  }
  co_await round.store().facts.remove_all(stream);
  co_await tell_room(round.host(), stream);
  co_return true;
}

edge::task<edge::outcome<bool>> complete_end(reconcile_round& round, stream_record& stream) {
  if (!stream.desired.ended()) {
    co_return true;
  }
  if (stream.desired.closed()) {
    // A phone may have begun meanwhile.
    if (stream.ingest == ingest_plan::livekit) {
      co_await remove_late_ingresses(round, stream.id);
    }
    co_return true;
  }
  co_await end_stream(round.host(), round.settings(), stream, round.deadline());
  co_return stream.desired.closed();
}

// After an hour no relay token is valid from before the stop.
edge::task<edge::status> complete_stop(reconcile_round& round, const stream_record& stream) {
  const auto& stopped = stream.desired.stopped();
  if (!stopped || round.host().now() >= stopped.at() + relay_token_lifetime) {
    co_return {};
  }
  co_return co_await attempt(cut_off(round.host(), round.settings(), stream, stopped.at()));
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

edge::task<edge::outcome<bool>> complete_rotation(reconcile_round& round, const stream_record& stream) {
  const auto& rotated = stream.desired.rotated();
  const bool has_provider = stream.cloudflare || round.has_mux();
  if (!rotated || !has_provider) {
    co_return true;
  }
  if (!round.is_abandoned(rotated.at())) {
    co_return false;
  }
  if (const auto with_credentials = co_await round.store().streams.get(stream.id)) {
    co_await store_rotated_credentials(round.host(), round.settings(), *with_credentials);
  }
  co_return true;
}

edge::task<edge::status> remove_spare_outputs(reconcile_round& round, const stream_record& stream,
                                              const std::vector<pending_change>& changes) {
  for (const pending_change& each : changes) {
    if (stream.cloudflare && !each.output().empty()) {
      co_await round.remove_spare_outputs(stream.cloudflare->live_input_id, each.output());
    }
  }
  co_return {};
}

bool are_folds(const std::vector<pending_change>& changes) {
  return std::ranges::all_of(changes, &pending_change::is_fold);
}

// For facts that are only to be folded, there is nothing to do at the providers. Facts whose stream was
// unknown were put elsewhere: under the live input's id.
edge::task<edge::outcome<bool>> complete_changes(reconcile_round& round, reconcile_memory& memory,
                                                 const std::string& stream_id,
                                                 const std::vector<pending_change>& changes) {
  const bool only_folds = are_folds(changes);
  const bool put_elsewhere =
      std::ranges::any_of(changes, [&](const pending_change& each) { return each.stream_id != stream_id; });
  auto found = co_await round.store().streams.get_record(stream_id);
  if (!found) {
    // A page may have joined while another place still read the record.
    if (is_stream_id(stream_id)) {
      co_await close_room(round.host(), stream_id);
      // A provider has told of the deletion.
      co_await round.store().facts.remove_late(stream_id);
      // A phone may have begun meanwhile, and its plan is not known any more.
      if (!only_folds) {
        co_await remove_late_ingresses(round, stream_id);
      }
    }
    co_return true;
  }
  const stream_record stored = *found;
  stream_record& stream = *found;
  stream.folded_at = round.host().now();
  stream.join(co_await round.store().facts.fold(stream_id));
  if (stream.cloudflare && put_elsewhere) {
    stream.join(co_await round.store().facts.fold(stream.cloudflare->live_input_id));
  }
  if (stream.desired.deleted() && !only_folds) {
    co_return co_await complete_deletion(round, stream);
  }
  edge::outcome<bool> ended = true;
  if (!only_folds) {
    ended = co_await attempt(complete_end(round, stream));
  }
  const auto& hidden = stream.desired.is_private();
  const bool is_shown = !hidden || round.is_abandoned(hidden.at());
  edge::status shown;
  if (!only_folds && hidden && is_shown) {
    shown = co_await attempt(apply_visibility(round.host(), round.settings(), stream, round.deadline()));
  }
  edge::status removed;
  if (!only_folds) {
    removed = co_await attempt(remove_recordings(round.host(), round.settings(), stream, round.deadline()));
  }
  if (has_begun(stored, stream, round.host().now())) {
    memory.checks[stream_id] = {.next = {}, .is_urgent = true};
  }
  if (!stream.says_the_same(stored)) {
    co_await save_and_tell(round.host(), stream);
  } else {
    co_await tell_room(round.host(), stream);
  }
  const bool is_ended = co_await std::move(ended);
  co_await std::move(shown);
  co_await std::move(removed);
  co_await remove_spare_outputs(round, stream, changes);
  if (only_folds) {
    co_return true;
  }
  co_await complete_stop(round, stream);
  const bool is_switched = co_await complete_simulcast(round, stream);
  const bool is_rotated = co_await complete_rotation(round, stream);
  const bool is_settled = is_ended && is_switched && is_rotated && is_shown;
  co_return is_settled;
}

using changes_by_stream = std::map<std::string, std::vector<pending_change>>;

// Those that no request can be working on. A live input of which no stream is known keeps its id, and nothing
// is left to do for it.
edge::task<changes_by_stream> abandoned_changes(reconcile_round& round,
                                                const std::vector<pending_change>& all) {
  changes_by_stream by_id;
  for (const pending_change& each : all) {
    if (round.is_abandoned(each.since)) {
      by_id[each.stream_id].push_back(each);
    }
  }
  changes_by_stream by_stream;
  for (auto& [id, changes] : by_id) {
    auto stream = is_stream_id(id) ? edge::outcome<std::optional<std::string>>{id}
                                   : co_await attempt(round.store().streams.of_input(id));
    if (!stream) {
      round.count_failure(stream.error());
      continue;
    }
    std::ranges::move(changes, std::back_inserter(by_stream[stream->value_or(id)]));
  }
  co_return by_stream;
}

} // namespace

edge::task<void> complete_pending_changes(reconcile_round& round, reconcile_memory& memory,
                                          const std::vector<pending_change>& all) {
  round.begin(repair::changes);
  const changes_by_stream abandoned = co_await abandoned_changes(round, all);
  for (const auto& [stream_id, changes] : abandoned) {
    retry_time& time = memory.changes[stream_id];
    if (time.next > round.host().now()) {
      continue;
    }
    if (round.is_spent()) {
      round.count_left(1);
      continue;
    }
    const auto complete = co_await attempt(complete_changes(round, memory, stream_id, changes));
    bool removed = complete && *complete;
    for (const pending_change& each : changes) {
      removed = removed && co_await attempt(round.store().work.remove(each));
    }
    if (!complete) {
      round.count_failure(complete.error());
    }
    if (!removed) {
      time.postpone(round.host(), longest_change_pause);
      continue;
    }
    memory.changes.erase(stream_id);
    if (std::ranges::any_of(changes, &pending_change::is_check)) {
      memory.checks[stream_id] = {.next = {}, .is_urgent = true};
    }
    if (!are_folds(changes)) {
      ++round.counts().changes_completed;
    }
  }
}

} // namespace streams
