#include "streams/reconcile/orphans.h"

#include "streams/model/stream_id.h"
#include "streams/reconcile/backups.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace streams {

namespace {

// Every other failure leaves an intent, so orphans are rare. The limit also gives an operator who bound the
// wrong store time to notice before every stream is gone.
constexpr std::uint32_t most_in_a_run = 5;

struct candidate {
  std::string id;
  std::string stream_id;
  std::optional<mux::live_stream> live_stream; // nullopt: a live input
};

// The stream in the tag of an object that is old enough to be an orphan.
std::optional<std::string> stream_of_old(const reconcile_round& round, std::string_view tag,
                                         std::optional<edge::timestamp> created) {
  if (!created || !round.is_past_grace(*created)) {
    return std::nullopt;
  }
  return stream_of(tag, round.settings().deployment);
}

void add_candidates(const reconcile_round& round, const cloudflare::live_input_list& from,
                    std::vector<candidate>& to) {
  for (const auto& each : from.live_inputs) {
    if (auto stream = stream_of_old(round, each.tag, each.created)) {
      to.push_back({.id = each.id, .stream_id = std::move(*stream), .live_stream = {}});
    }
  }
}

void add_candidates(const reconcile_round& round, const mux::live_stream_page& from,
                    std::vector<candidate>& to) {
  for (const auto& each : from.live_streams) {
    if (each.status == mux::live_stream_status::active) {
      continue;
    }
    if (auto stream = stream_of_old(round, each.passthrough.value_or(""), each.created_at)) {
      to.push_back({.id = each.id, .stream_id = std::move(*stream), .live_stream = each});
    }
  }
}

bool mentions(const stream_record& record, std::string_view id) { return record.to_text().contains(id); }

// Drops the candidates that their stream's record mentions.
edge::task<edge::status> drop_mentioned(reconcile_round& round, std::vector<candidate>& candidates) {
  std::vector<candidate> kept;
  for (std::span<candidate> rest{candidates}; !rest.empty();) {
    const auto some = rest.first(std::min(rest.size(), kv::most_keys_at_once));
    rest = rest.subspan(some.size());
    std::vector<std::string> ids;
    for (const candidate& each : some) {
      ids.push_back(each.stream_id);
    }
    const auto records = co_await round.store().streams.get_all(ids);
    for (candidate& each : some) {
      auto record = std::ranges::find(records, each.stream_id, &stream_record::id);
      if (record == records.end() || !mentions(*record, each.id)) {
        kept.push_back(std::move(each));
      }
    }
  }
  candidates = std::move(kept);
  co_return {};
}

// Whether the stream may still adopt it, or has just done so: the record that was read may be older.
bool may_belong_to(const stream_record& record, const candidate& what, const reconcile_round& round) {
  if (mentions(record, what.id)) {
    return true;
  }
  if (!what.live_stream) {
    return false;
  }
  auto is_recent = [&](const auto& asked) { return asked && !round.is_past_grace(asked.at()); };
  return awaits_backup(record) || is_recent(record.desired.backup()) || is_recent(record.desired.ended());
}

// KV reads, cached misses included, may be a minute old. The intent and the record were written when the
// object was created, and that is longer ago than the grace period.
edge::task<edge::status> check_and_delete(reconcile_round& round, const candidate& what) {
  const bool intended = co_await round.store().work.has_intent(what.stream_id);
  if (intended) {
    co_return {};
  }
  auto record = co_await round.store().streams.get(what.stream_id);
  if (record) {
    record->join(co_await round.store().facts.fold_changes(*record));
    if (may_belong_to(*record, what, round)) {
      co_return {};
    }
  }
  ++round.counts().orphans_deleted;
  if (!what.live_stream) {
    co_await round.cloudflare().delete_live_input(what.id);
    co_return {};
  }
  // Without the live stream, its output would look like one that the owner added.
  if (record && record->cloudflare) {
    co_await round.remove_outputs_to({&*what.live_stream, 1}, record->cloudflare->live_input_id);
  }
  co_await round.mux().delete_live_stream(what.id);
  co_return {};
}

edge::task<edge::status> sweep(reconcile_round& round, reconcile_memory& memory) {
  const std::string prefix = tag_of(round.settings().deployment, "");
  std::vector<candidate> candidates;
  // When one provider's list fails, the other's is swept all the same.
  edge::outcome<cloudflare::live_input_list> inputs;
  if (memory.mux_page == 1) {
    inputs = co_await attempt(round.cloudflare().list_live_inputs(prefix));
  }
  edge::outcome<mux::live_stream_page> live_streams;
  if (round.has_mux()) {
    live_streams = co_await attempt(round.mux().list_live_streams(prefix, memory.mux_page));
  }
  if (inputs) {
    add_candidates(round, *inputs, candidates);
  }
  if (live_streams) {
    add_candidates(round, *live_streams, candidates);
  }
  co_await drop_mentioned(round, candidates);
  for (const candidate& each : candidates) {
    if (round.counts().orphans_deleted == most_in_a_run) {
      break;
    }
    if (!co_await attempt(check_and_delete(round, each))) {
      ++round.counts().failures;
    }
  }
  co_await std::move(inputs);
  const auto page = co_await std::move(live_streams);
  memory.mux_page = page.more ? memory.mux_page + 1 : 1;
  if (!page.more) {
    memory.swept = round.host().now();
  }
  co_return {};
}

} // namespace

edge::task<void> sweep_orphans(reconcile_round& round, reconcile_memory& memory) {
  const bool is_due = memory.mux_page > 1 || memory.swept + round.settings().grace <= round.host().now();
  if (!is_due) {
    co_return;
  }
  if (!co_await attempt(sweep(round, memory))) {
    ++round.counts().failures;
  }
}

} // namespace streams
