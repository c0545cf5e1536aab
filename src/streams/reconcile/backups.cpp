#include "streams/reconcile/backups.h"

#include "streams/manage/refresh.h"
#include "streams/model/recording_check.h"
#include "streams/model/stream_id.h"

#include <algorithm>
#include <chrono>

namespace streams {

namespace {

constexpr std::chrono::minutes longest_backup_pause{60};

// When there are several, every run chooses the same one.
auto age_of(const mux::live_stream& each) {
  return std::pair{each.created_at.value_or(edge::timestamp::max()), std::string_view{each.id}};
}

change attachment(reconcile_round& round, const mux::live_stream& backup, std::string_view output) {
  return {.id = std::string{name_of(change_kind::backup_attached)} + backup.id,
          .kind = change_kind::backup_attached,
          .at = round.host().now(),
          .backup = mux_side::of(backup, std::string{output})};
}

// An earlier run may have created it and died; the tag finds it.
edge::task<edge::outcome<mux::live_stream>> find_or_create_live_stream(reconcile_round& round,
                                                                       const stream_record& stream) {
  std::string tag = tag_of(round.deployment(), stream.id);
  auto found = co_await round.find_live_streams(tag, stream.id);
  auto first = std::ranges::min_element(found.live_streams, {}, age_of);
  if (first != found.live_streams.end()) {
    co_return std::move(*first);
  }
  co_await found.completeness();
  co_return co_await round.mux().create_live_stream({.title = std::string{stream.current_title()},
                                                     .passthrough = std::move(tag),
                                                     .policy = policy_for(stream.current_visibility())});
}

// Likewise; the stream key finds it.
edge::task<edge::outcome<std::string>>
find_or_create_output(reconcile_round& round, const std::string& live_input, const mux::live_stream& backup) {
  auto outputs = co_await round.cloudflare().list_outputs(live_input);
  auto found = std::ranges::find_if(outputs, [&](const cloudflare::output& each) {
    return each.stream_key.matches(backup.stream_key.bytes());
  });
  if (found != outputs.end()) {
    co_return std::move(found->id);
  }
  const auto& mux = round.settings().mux;
  if (!mux) {
    co_return std::unexpected(settings::no_mux());
  }
  auto created = co_await round.cloudflare().create_output(live_input, mux->rtmps_url, backup.stream_key);
  co_return std::move(created.id);
}

// Someone deleted the output at Cloudflare.
edge::task<edge::status> restore_output(reconcile_round& round, const std::string& stream_id,
                                        const std::string& live_input, const std::string& live_stream) {
  const auto backup = co_await round.mux().get_live_stream(live_stream);
  const std::string output = co_await find_or_create_output(round, live_input, backup);
  co_return co_await attempt(round.store().facts.put(stream_id, attachment(round, backup, output)));
}

edge::task<edge::status> attach_backup(reconcile_round& round, stream_record& stream) {
  // Its creation, or the repair of it, comes first.
  const bool is_being_created = co_await round.store().work.has_intent(stream.id);
  if (is_being_created) {
    co_return {};
  }
  stream.folded_at = round.host().now();
  stream.join(co_await round.store().facts.fold(stream.id));
  if (stream.cloudflare && awaits_backup(stream)) {
    const auto backup = co_await find_or_create_live_stream(round, stream);
    const std::string output =
        co_await find_or_create_output(round, stream.cloudflare->live_input_id, backup);
    const change attached = attachment(round, backup, output);
    co_await round.store().facts.put(stream.id, attached);
    desired_state news;
    news.fold(attached);
    stream.join(news);
    ++round.counts().backups_attached;
  }
  co_await save_and_tell(round.host(), stream);
  co_return {};
}

} // namespace

edge::task<edge::outcome<bool>> switch_backup(reconcile_round& round, const stream_record& stream) {
  if (!stream.mux || !stream.cloudflare) {
    co_return true;
  }
  const std::string& input = stream.cloudflare->live_input_id;
  auto outputs = co_await attempt(round.cloudflare().list_outputs(input));
  if (is_not_found(outputs)) {
    co_return true;
  }
  const auto all = co_await std::move(outputs);
  const bool wanted = stream.forwards_to_mux();
  const auto backup = std::ranges::find(all, stream.mux->output_id, &cloudflare::output::id);
  if (backup == all.end() && wanted && round.has_mux()) {
    co_await restore_output(round, stream.id, input, stream.mux->live_stream_id);
    co_return false;
  }
  if (backup == all.end() || backup->enabled == wanted) {
    co_return true;
  }
  co_await round.cloudflare().set_output_enabled(input, backup->id, wanted);
  co_return false;
}

edge::task<void> attach_backups(reconcile_round& round, reconcile_memory& memory,
                                std::vector<stream_record>& streams) {
  round.begin(repair::backups);
  if (!round.has_mux() || round.deployment().empty()) {
    co_return;
  }
  for (stream_record& each : streams) {
    const bool is_forgotten = each.updated_at() + backup_forgotten_after <= round.host().now();
    if (!awaits_backup(each) || !round.is_abandoned(each.created_at) || is_forgotten) {
      continue;
    }
    retry_time& time = memory.backups[each.id];
    if (time.next > round.host().now()) {
      continue;
    }
    if (round.is_spent()) {
      round.count_left(1);
      continue;
    }
    if (const auto attached = co_await attempt(attach_backup(round, each)); !attached) {
      round.count_failure(attached.error());
    }
    time.postpone(round.host(), longest_backup_pause);
  }
}

} // namespace streams
