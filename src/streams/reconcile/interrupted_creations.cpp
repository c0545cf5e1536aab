#include "streams/reconcile/interrupted_creations.h"

#include "streams/manage/refresh.h"
#include "streams/model/stream_id.h"
#include "streams/reconcile/backups.h"

namespace streams {

namespace {

// Whether what the record names is there. A stream that somebody has broadcast to was told to its owner: it
// stands, whatever somebody else may have removed of it since.
edge::task<edge::outcome<bool>> stands(reconcile_round& round, const stream_record& record) {
  if (record.broadcasts.status(round.host().now()) != stream_status::ready) co_return true;
  auto is_gone = [](const edge::error& failure) { return failure.kind == edge::error_kind::not_found; };
  if (record.cloudflare) {
    auto input = co_await attempt(round.cloudflare().get_live_input(record.cloudflare->live_input_id));
    if (!input && is_gone(input.error())) co_return false;
    co_await std::move(input);
  }
  if (!record.mux || !round.has_mux()) co_return true;
  auto backup = co_await attempt(round.mux().get_live_stream(record.mux->live_stream_id));
  if (!backup && is_gone(backup.error())) co_return false;
  co_await std::move(backup);
  co_return true;
}

// The live streams that were made for this stream and did not become its backup, and the outputs that feed
// them. Where a backup is still to be attached, it will be one of them.
edge::task<edge::status> remove_spares(reconcile_round& round, std::string_view tag,
                                       const stream_record& record) {
  if (awaits_backup(record)) co_return {};
  auto spare = co_await round.find_live_streams(tag);
  std::erase_if(spare, [&](const auto& each) { return record.mux && each.id == record.mux->live_stream_id; });
  if (record.cloudflare) co_await round.remove_feeds(record.cloudflare->live_input_id, spare);
  for (const auto& each : spare) co_await round.mux().delete_live_stream(each.id);
  co_return {};
}

// Nobody knows whether its owner was answered: the stream is theirs, and can be found.
edge::task<edge::status> finish(reconcile_round& round, const intent& what, const stream_record& record) {
  co_await remove_spares(round, what.tag, record);
  co_await round.store().streams.index(record);
  co_await round.store().work.remove_intent(what.stream_id);
  ++round.counts().finished;
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
  if (record) remains = std::move(*record);
  auto backups = co_await round.find_live_streams(what.tag);
  for (const auto& each : backups) co_await round.mux().delete_live_stream(each.id);
  auto inputs = co_await round.cloudflare().find_live_inputs_by_tag(what.tag);
  for (const auto& each : inputs) {
    co_await round.cloudflare().delete_live_input(each.id);
    remains.cloudflare.emplace().live_input_id = each.id;
  }
  co_await round.store().streams.remove(remains);
  co_await round.store().work.remove_intent(what.stream_id);
  ++round.counts().undone;
  co_return {};
}

edge::task<edge::status> settle(reconcile_round& round, const intent& what) {
  auto record = co_await round.store().streams.get(what.stream_id);
  if (record) (void)co_await take_in_facts(round.store(), *record);
  bool stands_there = record && co_await stands(round, *record);
  if (stands_there) {
    co_await finish(round, what, *record);
    co_return {};
  }
  co_await undo(round, what, std::move(record));
  co_return {};
}

} // namespace

edge::task<void> settle_interrupted_creations(reconcile_round& round, const std::vector<intent>& intents) {
  for (const intent& each : intents) {
    bool ours = stream_of(each.tag, round.settings().deployment) == each.stream_id;
    if (!ours || !round.is_old(each.created_at)) continue;
    auto settled = co_await attempt(settle(round, each));
    if (!settled) ++round.counts().failures;
  }
}

} // namespace streams
