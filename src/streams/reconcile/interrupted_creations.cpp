#include "streams/reconcile/interrupted_creations.h"

#include "streams/manage/refresh.h"
#include "streams/model/recording_check.h"
#include "streams/model/stream_id.h"
#include "streams/reconcile/backups.h"
#include "streams/store/keys.h"

namespace streams {

namespace {

// Whether the providers still have what the record names. A stream that was broadcast to is known to its
// owner, so it counts as existing whatever somebody has deleted since.
edge::task<edge::outcome<bool>> exists(reconcile_round& round, const stream_record& record) {
  if (record.broadcasts.status(round.host().now()) != stream_status::ready) {
    co_return true;
  }
  if (record.cloudflare) {
    auto input = co_await attempt(round.cloudflare().get_live_input(record.cloudflare->live_input_id));
    if (is_not_found(input)) {
      co_return false;
    }
    co_await std::move(input);
  }
  if (record.mux && round.has_mux()) {
    auto backup = co_await attempt(round.mux().get_live_stream(record.mux->live_stream_id));
    if (is_not_found(backup)) {
      co_return false;
    }
    co_await std::move(backup);
  }
  co_return true;
}

// The owner may or may not have had an answer: the stream is theirs, and they can find it. Live streams that
// were created for it and did not become its backup are deleted, unless its backup is still to be chosen from
// them, and so are every output to Mux except its own and what was added twice.
edge::task<edge::status> complete(reconcile_round& round, const intent& what, const stream_record& record) {
  found_live_streams found;
  if (!awaits_backup(record)) {
    found = co_await round.find_live_streams(what.tag, what.stream_id);
  }
  if (record.cloudflare) {
    co_await round.remove_spare_outputs(record.cloudflare->live_input_id,
                                        record.mux ? std::string_view{record.mux->output_id} : "",
                                        found.live_streams);
  }
  for (const auto& each : found.live_streams) {
    if (!record.mux || each.id != record.mux->live_stream_id) {
      co_await round.mux().delete_live_stream(each.id);
    }
  }
  co_await found.completeness();
  co_await round.store().streams.index(record);
  co_await round.store().work.remove_intent(what.stream_id);
  ++round.counts().creations_completed;
  co_return {};
}

edge::task<edge::status> undo(reconcile_round& round, const intent& what,
                              std::optional<stream_record> record) {
  stream_record remains{.id = what.stream_id,
                        .title = {},
                        .memorial_id = what.memorial_id,
                        .created_by = what.created_by,
                        .created_at = what.created_at,
                        .cloudflare = {},
                        .mux = {},
                        .sealed_credentials = {},
                        .warnings = {},
                        .broadcasts = {}};
  if (record) {
    remains = std::move(*record);
  }
  const auto backups = co_await round.find_live_streams(what.tag, what.stream_id);
  for (const auto& each : backups.live_streams) {
    co_await round.mux().delete_live_stream(each.id);
  }
  co_await backups.completeness();
  const auto inputs = co_await round.cloudflare().find_live_inputs_by_tag(what.tag);
  for (const auto& each : inputs) {
    co_await round.cloudflare().delete_live_input(each.id);
    // Each may have a key that finds its stream.
    co_await round.store().kv.remove(keys::by_input(each.id));
  }
  co_await round.store().streams.remove(remains);
  co_await round.store().work.remove_intent(what.stream_id);
  ++round.counts().creations_undone;
  co_return {};
}

edge::task<edge::status> complete_or_undo(reconcile_round& round, const intent& what) {
  auto record = co_await round.store().streams.get(what.stream_id);
  if (record) {
    co_await fold_facts(round.store(), *record);
  }
  const bool is_complete = record && co_await exists(round, *record);
  if (is_complete) {
    co_await complete(round, what, *record);
  } else {
    co_await undo(round, what, std::move(record));
  }
  co_return {};
}

} // namespace

edge::task<void> resolve_interrupted_creations(reconcile_round& round, const std::vector<intent>& intents) {
  round.begin(repair::creations);
  for (const intent& each : intents) {
    const bool is_whole = is_stream_id(each.stream_id) && each.tag.ends_with(':' + each.stream_id);
    if (!is_whole || !round.is_past_grace(each.created_at)) {
      continue;
    }
    if (round.is_spent()) {
      round.count_left(1);
      continue;
    }
    if (const auto done = co_await attempt(complete_or_undo(round, each)); !done) {
      round.count_failure(done.error());
    }
  }
}

} // namespace streams
