#include "streams/reconcile/orphans.h"

#include "livekit/api.h"
#include "streams/model/recording_check.h"
#include "streams/model/stream_id.h"
#include "streams/reconcile/backups.h"
#include "streams/store/due.h"

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

// More than this many, and more than a tenth of what the lists show, is no accident of a creation: the store
// is another one, or has lost records.
constexpr std::size_t most_without_doubt = 2;

constexpr std::string_view looks_wrong =
    "more than a tenth of this deployment's objects have no stream in the store: is it the right one?";

struct candidate {
  std::string id;
  std::string stream_id;
  std::optional<mux::live_stream> live_stream; // nullopt: a live input or an ingress
  bool is_ingress = false;                     // at LiveKit
  bool has_stream = false;                     // the store knows its stream, which does not use it
};

struct seen_objects {
  std::size_t ours = 0;
  std::vector<candidate> candidates = {};

  // Counts it, and gives the stream in its tag if it is old enough to be an orphan.
  std::optional<std::string> see(reconcile_round& round, std::string_view tag,
                                 std::optional<edge::timestamp> created) {
    auto stream = stream_of(tag, round.deployment());
    if (stream) {
      ++ours;
    } else if (stream_of_any(tag, round.settings().deployment)) {
      ++round.counts().foreign;
    }
    return created && round.is_past_grace(*created) ? stream : std::nullopt;
  }

  void add(reconcile_round& round, const cloudflare::live_input_list& from) {
    for (const auto& each : from.live_inputs) {
      if (auto stream = see(round, each.tag, each.created)) {
        candidates.push_back({.id = each.id, .stream_id = std::move(*stream), .live_stream = {}});
      }
    }
  }

  void add(reconcile_round& round, const mux::live_stream_page& from) {
    for (const auto& each : from.live_streams) {
      auto stream = see(round, each.passthrough.value_or(""), each.created_at);
      if (stream && each.status != mux::live_stream_status::active) {
        candidates.push_back({.id = each.id, .stream_id = std::move(*stream), .live_stream = each});
      }
    }
  }

  // LiveKit does not say when it made one, but a phone comes only after its stream was recorded. Where
  // records were lost, the other objects tell.
  void add(reconcile_round& round, const std::vector<livekit::ingress>& from) {
    for (const auto& each : from) {
      auto stream = stream_of(each.name, round.deployment());
      if (stream && !each.is_publishing && round.is_past_grace(time_of_stream_id(*stream))) {
        candidates.push_back(
            {.id = each.id, .stream_id = std::move(*stream), .live_stream = {}, .is_ingress = true});
      }
    }
  }
};

// No record mentions an ingress.
bool uses(const stream_record& record, const candidate& what) {
  return what.is_ingress ? !record.desired.ended() && !record.desired.deleted()
                         : record.to_text().contains(what.id);
}

// Drops the candidates that their stream uses.
edge::task<edge::status> drop_used(reconcile_round& round, std::vector<candidate>& candidates) {
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
      each.has_stream = record != records.end();
      if (!each.has_stream || !uses(*record, each)) {
        kept.push_back(std::move(each));
      }
    }
  }
  candidates = std::move(kept);
  co_return {};
}

// Whether the stream may still adopt it, or has just done so: the record that was read may be older.
bool may_belong_to(const stream_record& record, const candidate& what, const reconcile_round& round) {
  if (uses(record, what)) {
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
    record->join(co_await round.store().facts.fold(record->id));
    if (may_belong_to(*record, what, round)) {
      co_return {};
    }
  }
  if (what.is_ingress) {
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): only with settings
    livekit::api at{round.host(), *round.settings().livekit, round.deadline()};
    co_await at.delete_ingress(what.id);
    ++round.counts().orphans_deleted;
    co_return {};
  }
  if (!what.live_stream) {
    const auto input = co_await attempt(round.cloudflare().get_live_input(what.id));
    const bool is_connected =
        input && input->status && input->status->state != cloudflare::encoder_state::disconnected;
    if (is_connected || is_not_found(input)) {
      co_return {};
    }
    co_await edge::status{input.transform([](const auto&) {})};
    co_await round.cloudflare().delete_live_input(what.id);
    ++round.counts().orphans_deleted;
    co_return {};
  }
  // Without the live stream, its output would look like one that the owner added.
  if (record && record->cloudflare) {
    co_await round.remove_spare_outputs(record->cloudflare->live_input_id, {}, {&*what.live_stream, 1});
  }
  co_await round.mux().delete_live_stream(what.id);
  ++round.counts().orphans_deleted;
  co_return {};
}

// True when this part of the lists needs no other run.
edge::task<bool> delete_orphans(reconcile_round& round, const std::vector<candidate>& candidates) {
  bool all = true;
  for (const candidate& each : candidates) {
    if (round.counts().orphans_deleted == most_in_a_run || round.is_spent()) {
      round.count_left(1);
      all = false;
      continue;
    }
    if (const auto deleted = co_await attempt(check_and_delete(round, each)); !deleted) {
      round.count_failure(deleted.error());
    }
  }
  co_return all;
}

edge::task<edge::status> sweep(reconcile_round& round, reconcile_memory& memory) {
  // The name alone, so that the objects of other deployments with the same name are counted.
  const std::string name = tag_of(round.settings().deployment, "");
  const std::string_view prefix = std::string_view{name}.substr(0, name.size() - 1);
  seen_objects seen;
  // When one provider's list fails, the other's is swept all the same.
  edge::outcome<cloudflare::live_input_list> inputs;
  if (memory.mux_page == 1) {
    inputs = co_await attempt(round.cloudflare().list_live_inputs(prefix));
    memory.foreign = 0;
    memory.stopped.clear();
    memory.is_cut_off = inputs ? inputs->more : inputs.error().kind == edge::error_kind::too_large;
  }
  if (const auto& with = round.settings().livekit; memory.mux_page == 1 && with) {
    livekit::api at{round.host(), *with, round.deadline()};
    if (const auto ingresses = co_await attempt(at.list_ingresses(""))) {
      seen.add(round, *ingresses);
    } else {
      round.count_failure(ingresses.error());
    }
  }
  edge::outcome<mux::live_stream_page> live_streams;
  if (round.has_mux()) {
    live_streams = co_await attempt(round.mux().list_live_streams(prefix, memory.mux_page));
  }
  if (inputs) {
    seen.add(round, *inputs);
  }
  // Cloudflare gives its list whole or cut off, so the rest is left, and no reason to leave Mux's pages too.
  if (memory.mux_page == 1 && memory.is_cut_off) {
    round.count_left(1);
    inputs = {};
  }
  if (live_streams) {
    seen.add(round, *live_streams);
  }
  memory.foreign += round.counts().foreign;
  co_await drop_used(round, seen.candidates);
  bool all = true;
  const auto lost = static_cast<std::size_t>(std::ranges::count_if(
      seen.candidates, [](const candidate& each) { return !each.has_stream && !each.is_ingress; }));
  const bool doubtful = lost > most_without_doubt && lost * 10 > seen.ours;
  // What was seen on one page holds for the pages after it.
  if (doubtful || !memory.stopped.empty()) {
    round.counts().stopped = looks_wrong;
    memory.stopped = looks_wrong;
  } else {
    all = co_await delete_orphans(round, seen.candidates);
  }
  const auto page = co_await std::move(live_streams);
  if (all) {
    memory.mux_page = page.more ? memory.mux_page + 1 : 1;
  }
  co_await std::move(inputs);
  if (all && !page.more) {
    memory.swept = round.host().now();
  }
  co_return {};
}

} // namespace

edge::task<void> sweep_orphans(reconcile_round& round, reconcile_memory& memory) {
  round.begin(repair::sweep);
  // The sweep reads the record of every stream. With rooms, orphans can wait for a day.
  const int graces = has_rooms(round.host()) ? 96 : 1;
  const bool is_due =
      memory.mux_page > 1 || memory.swept + graces * round.settings().grace <= round.host().now();
  if (!is_due || round.deployment().empty()) {
    co_return;
  }
  if (const auto swept = co_await attempt(sweep(round, memory)); !swept) {
    round.count_failure(swept.error());
  }
}

} // namespace streams
