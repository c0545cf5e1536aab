#include "streams/reconcile/backups.h"

#include "streams/model/stream_id.h"

#include <algorithm>
#include <chrono>

namespace streams {

namespace {

constexpr std::chrono::minutes longest_backup_pause{60};
constexpr std::chrono::days backup_forgotten_after{30};

// Of several that were made at once, every run takes the same.
auto age_of(const mux::live_stream& each) {
  return std::pair{each.created_at.value_or(edge::timestamp::max()), std::string_view{each.id}};
}

// What an earlier run made, and could not say so, is found by its tag.
edge::task<edge::outcome<mux::live_stream>> find_or_make(reconcile_round& round,
                                                         const stream_record& stream) {
  std::string tag = tag_of(round.settings().deployment, stream.id);
  auto found = co_await round.find_live_streams(tag);
  auto first = std::ranges::min_element(found, {}, age_of);
  if (first != found.end()) co_return std::move(*first);
  co_return co_await round.mux().create_live_stream({.title = std::string{stream.current_title()},
                                                     .passthrough = std::move(tag),
                                                     .policy = policy_for(stream.visibility)});
}

// What an earlier run made is found by its stream key.
edge::task<edge::outcome<std::string>>
find_or_make_feed(reconcile_round& round, const std::string& live_input, const mux::live_stream& backup) {
  auto outputs = co_await round.cloudflare().list_outputs(live_input);
  auto feed = std::ranges::find_if(outputs, [&](const cloudflare::output& each) {
    return each.stream_key.matches(backup.stream_key.bytes());
  });
  if (feed != outputs.end()) co_return std::move(feed->id);
  const auto& at_mux = round.settings().mux;
  if (!at_mux) co_return std::unexpected(settings::no_mux());
  auto made = co_await round.cloudflare().create_output(live_input, at_mux->rtmps_url, backup.stream_key);
  co_return std::move(made.id);
}

edge::task<edge::status> attach(reconcile_round& round, stream_record& stream) {
  // Whoever makes the stream, or settles what was left of its making, comes first.
  bool in_the_making = co_await round.store().work.has_intent(stream.id);
  if (in_the_making) co_return {};
  stream.join(co_await round.store().facts.fold_changes(stream));
  if (stream.cloudflare && awaits_backup(stream)) {
    auto backup = co_await find_or_make(round, stream);
    std::string output = co_await find_or_make_feed(round, stream.cloudflare->live_input_id, backup);
    change attached{.id = std::string{name_of(change_kind::backup_attached)} + backup.id,
                    .kind = change_kind::backup_attached,
                    .at = round.host().now(),
                    .backup = mux_side::of(backup, output)};
    co_await round.store().facts.put(stream.id, attached);
    desired_state news;
    news.fold(attached);
    stream.join(news);
    ++round.counts().attached;
  }
  co_await round.store().streams.update(stream);
  co_return {};
}

} // namespace

bool awaits_backup(const stream_record& stream) {
  return stream.cloudflare && !stream.mux && !stream.desired.ended() && !stream.desired.deleted() &&
         std::ranges::contains(stream.warnings, backup_unavailable, &warning::code);
}

edge::task<void> attach_backups(reconcile_round& round, reconcile_memory& memory,
                                std::vector<stream_record>& streams) {
  if (!round.has_mux()) co_return;
  for (stream_record& each : streams) {
    bool is_forgotten = each.updated_at() + backup_forgotten_after <= round.host().now();
    if (!awaits_backup(each) || !round.is_left(each.created_at) || is_forgotten) continue;
    auto& remembered = memory.backups[each.id];
    if (remembered.next > round.host().now()) continue;
    if (round.is_spent()) break;
    auto attached = co_await attempt(attach(round, each));
    if (!attached) ++round.counts().failures;
    remembered.next =
        round.host().now() + backoff(remembered.in_vain++, longest_backup_pause, round.host().random());
  }
}

} // namespace streams
