#include "streams/reconcile/pending_changes.h"

#include "streams/manage/delete_stream.h"
#include "streams/manage/end_stream.h"
#include "streams/store/credentials.h"

#include <algorithm>
#include <chrono>
#include <map>

namespace streams {

namespace {

// Whether nothing is left to do, or why that cannot be told.
using settled = edge::outcome<bool>;

constexpr std::chrono::minutes longest_change_pause{5};

edge::task<settled> finish_deletion(reconcile_round& round, const stream_record& stream) {
  removal removed = co_await remove_stream(round.host(), round.settings(), stream, round.deadline());
  for (const auto& failure : {removed.cloudflare, removed.mux, removed.store})
    if (failure) co_return std::unexpected(*failure);
  co_await attempt(round.store().facts.remove_all(stream));
  co_return true;
}

// Somebody who is live is not cut off.
edge::task<settled> finish_end(reconcile_round& round, stream_record& stream) {
  if (!stream.desired.ended() || stream.desired.closed()) co_return true;
  if (!to_be_closed(stream, round.host().now())) co_return false;
  ending ended = co_await end_at_providers(round.host(), round.settings(), stream, round.deadline());
  for (const auto& failure : {ended.cloudflare, ended.mux})
    if (failure) co_return std::unexpected(*failure);
  co_return stream.desired.closed();
}

// What is read here may be a minute old: a switch is left to whoever asked for it until it is older than that
// and after it was made here, it is looked at once more.
edge::task<settled> finish_switch(reconcile_round& round, const stream_record& stream) {
  const auto& wanted = stream.desired.simulcast();
  if (!wanted || !stream.mux || !stream.cloudflare) co_return true;
  if (!round.is_left(wanted.at())) co_return false;
  const std::string& input = stream.cloudflare->live_input_id;
  auto outputs = co_await attempt(round.cloudflare().list_outputs(input));
  if (!outputs && outputs.error().kind == edge::error_kind::not_found) co_return true;
  auto all = co_await std::move(outputs);
  auto feed = std::ranges::find(all, stream.mux->output_id, &cloudflare::output::id);
  if (feed == all.end() || feed->enabled == wanted.value()) co_return true;
  co_await round.cloudflare().set_output_enabled(input, feed->id, wanted.value());
  co_return false;
}

edge::task<settled> finish_rotation(reconcile_round& round, const stream_record& stream) {
  const auto& asked = stream.desired.rotated();
  if (asked && !round.is_left(asked.at())) co_return false;
  co_await settle_credentials(round.host(), round.settings(), stream);
  co_return true;
}

edge::task<settled> finish(reconcile_round& round, const std::string& stream_id) {
  auto found = co_await round.store().streams.get(stream_id);
  if (!found) co_return true;
  stream_record stream = std::move(*found);
  stream.join(co_await round.store().facts.fold_changes(stream));
  stream.broadcasts = co_await round.store().facts.fold_broadcasts(stream);
  if (stream.desired.deleted()) co_return co_await finish_deletion(round, stream);
  bool ended = co_await finish_end(round, stream);
  bool switched = co_await finish_switch(round, stream);
  bool rotated = co_await finish_rotation(round, stream);
  co_await round.store().streams.update(stream);
  co_return (ended && switched && rotated);
}

edge::task<edge::status> remove_all(reconcile_round& round, const std::vector<pending_change>& all) {
  for (const pending_change& each : all) co_await round.store().work.remove(each);
  co_return {};
}

} // namespace

edge::task<void> complete_pending_changes(reconcile_round& round, reconcile_memory& memory,
                                          const std::vector<pending_change>& all) {
  std::map<std::string, std::vector<pending_change>> by_stream;
  for (const pending_change& each : all)
    if (round.is_left(each.since)) by_stream[each.stream_id].push_back(each);
  for (const auto& [stream_id, work] : by_stream) {
    auto& remembered = memory.pending[stream_id];
    if (remembered.next > round.host().now()) continue;
    if (round.is_spent()) break;
    auto finished = co_await attempt(finish(round, stream_id));
    bool removed = finished && *finished && co_await attempt(remove_all(round, work));
    if (removed) ++round.counts().completed;
    if (!finished) ++round.counts().failures;
    remembered.next =
        round.host().now() + backoff(remembered.in_vain++, longest_change_pause, round.host().random());
  }
}

} // namespace streams
