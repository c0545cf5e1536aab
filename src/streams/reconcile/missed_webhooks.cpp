#include "streams/reconcile/missed_webhooks.h"

#include "cloudflare/fact.h"
#include "mux/fact.h"
#include "streams/manage/refresh.h"
#include "streams/model/recording_check.h"

#include <algorithm>

namespace streams {

namespace {

constexpr std::chrono::days forgotten_after{30};

enum class urgency : std::uint8_t { ended, live, quiet };

struct due_stream {
  stream_record* stream;
  urgency how_urgent;
  edge::timestamp due;
};

// Nullopt when there is nothing to check.
std::optional<urgency> urgency_of(const stream_record& stream, edge::timestamp now) {
  if (stream.desired.deleted()) {
    return std::nullopt;
  }
  const stream_status status = stream.broadcasts.status(now);
  if (status == stream_status::live) {
    return urgency::live;
  }
  if (status == stream_status::completed && awaits_recording(stream) &&
      missing_recordings(stream, now).empty()) {
    return urgency::ended;
  }
  return now < stream.updated_at() + forgotten_after ? std::optional{urgency::quiet} : std::nullopt;
}

// The recording that withdraws a warning is found as soon as the one that would have prevented it.
std::chrono::seconds longest_pause(const due_stream& of, edge::timestamp now) {
  if (of.how_urgent != urgency::live) {
    return std::chrono::minutes{60};
  }
  return recording_warning(*of.stream, now) ? std::chrono::minutes{1} : std::chrono::minutes{5};
}

// Compares one stream's record with the providers' lists.
class provider_check {
public:
  provider_check(reconcile_round& round, stream_record& stream) : round_(round), stream_(stream) {}

  // How many facts were missing.
  [[nodiscard]] std::uint32_t found() const { return found_; }

  edge::task<edge::status> at_cloudflare() {
    if (!stream_.cloudflare) {
      co_return {};
    }
    const std::string& id = stream_.cloudflare->live_input_id;
    auto videos = co_await attempt(round_.cloudflare().list_videos(id));
    if (is_not_found(videos)) {
      co_return {};
    }
    for (const auto& each : co_await std::move(videos)) {
      if (auto said = cloudflare::fact_of(each)) {
        co_await add(*said);
      }
    }
    const auto input = co_await round_.cloudflare().get_live_input(id);
    if (auto said = cloudflare::fact_of(input)) {
      co_await add(*said);
    }
    co_return {};
  }

  edge::task<edge::status> at_mux() {
    if (!stream_.mux || !round_.has_mux()) {
      co_return {};
    }
    const auto assets = co_await round_.mux().list_assets_of_live_stream(stream_.mux->live_stream_id);
    for (const auto& each : assets) {
      auto said = mux::fact_of(each, round_.host().now());
      if (!said) {
        said = mux::beginning_of(each);
      }
      if (said) {
        co_await add(*said);
      }
    }
    co_return {};
  }

private:
  // A fact that says nothing new is not stored: each reading of the list gives it a later time.
  template <class Fact>
  edge::task<edge::status> add(const Fact& said) {
    broadcast_state after = stream_.broadcasts;
    after.fold(said);
    if (!after.says_more_than(stream_.broadcasts)) {
      co_return {};
    }
    co_await round_.store().facts.put(said);
    stream_.broadcasts = std::move(after);
    ++found_;
    co_return {};
  }

  reconcile_round& round_;
  stream_record& stream_;
  std::uint32_t found_ = 0;
};

// Both lists were read while the stream was live: when they hold no recording, that is now known. Nullopt
// when it is too early to say, or was stored before.
std::optional<change> recordings_checked(const reconcile_round& round, const stream_record& stream,
                                         edge::timestamp now) {
  auto since = stream.broadcasts.live_since(now);
  if (!since || now < *since + round.settings().recording_check) {
    return std::nullopt;
  }
  if (stream.desired.checked_since(*since) || unrecorded(stream, *since).empty()) {
    return std::nullopt;
  }
  return change{.id = "checked" + std::to_string(edge::to_microseconds(*since)),
                .kind = change_kind::recordings_checked,
                .at = now};
}

// Whether there was news. A provider that fails does not keep the other's news from being stored.
edge::task<edge::outcome<bool>> check_stream(reconcile_round& round, stream_record& stream) {
  provider_check check{round, stream};
  auto cloudflare = co_await attempt(check.at_cloudflare());
  auto mux = co_await attempt(check.at_mux());
  bool news = check.found() > 0;
  round.counts().facts_found += check.found();
  if (cloudflare && mux) {
    auto checked = recordings_checked(round, stream, round.host().now());
    if (checked && co_await attempt(round.store().facts.put(stream.id, *checked))) {
      stream.desired.fold(*checked);
      news = true;
    }
  }
  if (news) {
    co_await fold_facts(round.store(), stream);
    (void)co_await attempt(round.store().streams.update(stream));
  }
  co_await std::move(cloudflare);
  co_await std::move(mux);
  co_return news;
}

// At once if the stream changed since the last check, and as soon as a broadcast has gone on for so long that
// its recording must have begun.
edge::timestamp next_check(const stream_record& stream, const retry_time& time,
                           std::chrono::seconds recording_check, edge::timestamp now) {
  if (stream.updated_at() > time.last && stream.updated_at() <= now) {
    return {};
  }
  auto since = stream.broadcasts.live_since(now);
  if (since && time.last < *since + recording_check) {
    return std::min(time.next, *since + recording_check);
  }
  return time.next;
}

std::vector<due_stream> due_streams(reconcile_round& round, std::vector<stream_record>& streams,
                                    const reconcile_memory& memory) {
  const edge::timestamp now = round.host().now();
  std::vector<due_stream> due;
  for (stream_record& each : streams) {
    auto how_urgent = urgency_of(each, now);
    auto time = memory.checks.find(each.id);
    auto at = time == memory.checks.end()
                  ? edge::timestamp{}
                  : next_check(each, time->second, round.settings().recording_check, now);
    if (how_urgent && at <= now) {
      due.push_back({&each, *how_urgent, at});
    }
  }
  std::ranges::sort(due, {}, [](const due_stream& each) { return std::pair{each.how_urgent, each.due}; });
  return due;
}

} // namespace

edge::task<void> recover_missed_webhooks(reconcile_round& round, reconcile_memory& memory,
                                         std::vector<stream_record>& streams) {
  for (const due_stream& each : due_streams(round, streams, memory)) {
    if (round.is_spent()) {
      break;
    }
    const edge::timestamp begun = round.host().now();
    const auto news = co_await attempt(check_stream(round, *each.stream));
    ++round.counts().streams_checked;
    if (!news) {
      ++round.counts().failures;
    }
    retry_time& time = memory.checks[each.stream->id];
    if (!news || *news || each.stream->updated_at() > time.last) {
      time.fruitless = 0;
    }
    time.last = begun;
    time.postpone(round.host(), longest_pause(each, round.host().now()));
  }
}

} // namespace streams
