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

struct candidate {
  stream_record* stream;
  urgency how_urgent;
  edge::timestamp due;
};

// Nothing: there is no need to look.
std::optional<urgency> urgency_of(const stream_record& stream, edge::timestamp now) {
  if (stream.desired.deleted()) return std::nullopt;
  stream_status status = stream.broadcasts.status(now);
  if (status == stream_status::live) return urgency::live;
  if (status == stream_status::completed && awaits_recording(stream) &&
      missing_recordings(stream, now).empty())
    return urgency::ended;
  if (now < stream.updated_at() + forgotten_after) return urgency::quiet;
  return std::nullopt;
}

// The recording that withdraws the warning is not waited for any longer than one that raises it.
std::chrono::seconds longest_pause(const candidate& of, edge::timestamp now) {
  if (of.how_urgent != urgency::live) return std::chrono::minutes{60};
  return recording_warning(*of.stream, now) ? std::chrono::minutes{1} : std::chrono::minutes{5};
}

// Looks at one stream, and holds what it finds.
class look {
public:
  look(reconcile_round& round, stream_record& stream) : round_(round), stream_(stream) {}

  std::uint32_t found() const { return found_; }

  edge::task<edge::status> at_cloudflare() {
    if (!stream_.cloudflare) co_return {};
    const std::string& id = stream_.cloudflare->live_input_id;
    auto videos = co_await attempt(round_.cloudflare().list_videos(id));
    if (!videos && videos.error().kind == edge::error_kind::not_found) co_return {};
    for (const auto& each : co_await std::move(videos))
      if (auto said = cloudflare::fact_of(each)) co_await take(*said);
    auto input = co_await round_.cloudflare().get_live_input(id);
    if (auto said = cloudflare::fact_of(input)) co_await take(*said);
    co_return {};
  }

  edge::task<edge::status> at_mux() {
    if (!stream_.mux || !round_.has_mux()) co_return {};
    auto assets = co_await round_.mux().list_assets_of_live_stream(stream_.mux->live_stream_id);
    for (const auto& each : assets) {
      auto said = mux::fact_of(each, round_.host().now());
      if (!said) said = mux::beginning_of(each);
      if (said) co_await take(*said);
    }
    co_return {};
  }

private:
  // What is known already is not written again: each time it is read it would be newer.
  template <class Fact>
  edge::task<edge::status> take(const Fact& said) {
    broadcast_state after = stream_.broadcasts;
    after.fold(said);
    if (!after.says_more_than(stream_.broadcasts)) co_return {};
    co_await round_.store().facts.put(said);
    stream_.broadcasts = std::move(after);
    ++found_;
    co_return {};
  }

  reconcile_round& round_;
  stream_record& stream_;
  std::uint32_t found_ = 0;
};

// Both lists were looked at while it was live: if they hold no recording, that is known now.
edge::task<bool> note_check(reconcile_round& round, stream_record& stream) {
  edge::timestamp now = round.host().now();
  auto since = stream.broadcasts.live_since(now);
  if (!since || now < *since + round.settings().recording_check) co_return false;
  if (stream.desired.checked_since(*since) || unrecorded(stream, *since).empty()) co_return false;
  change checked{.id = "checked" + std::to_string(since->time_since_epoch().count()),
                 .kind = change_kind::recordings_checked,
                 .at = now};
  auto written = co_await attempt(round.store().facts.put(stream.id, checked));
  if (written) stream.desired.fold(checked);
  co_return written.has_value();
}

// Gives whether something new was found; the error that kept it from looking.
edge::task<edge::outcome<bool>> look_at(reconcile_round& round, stream_record& stream) {
  look eyes{round, stream};
  auto cloudflare = co_await attempt(eyes.at_cloudflare());
  auto mux = co_await attempt(eyes.at_mux());
  bool news = eyes.found() > 0;
  if (cloudflare && mux) news = co_await note_check(round, stream) || news;
  round.counts().facts += eyes.found();
  if (news) {
    (void)co_await take_in_facts(round.store(), stream);
    (void)co_await attempt(round.store().streams.update(stream));
  }
  co_await std::move(cloudflare);
  co_await std::move(mux);
  co_return news;
}

// When it is to be looked at next: at once if something was heard of it since it was looked at last, and as
// soon as a broadcast has gone on for so long that a recording must have begun.
edge::timestamp due(const stream_record& stream, const reconcile_memory::look& remembered,
                    std::chrono::seconds recording_check, edge::timestamp now) {
  if (stream.updated_at() > remembered.last && stream.updated_at() <= now) return {};
  auto since = stream.broadcasts.live_since(now);
  if (since && remembered.last < *since + recording_check)
    return std::min(remembered.next, *since + recording_check);
  return remembered.next;
}

std::vector<candidate> choose(reconcile_round& round, std::vector<stream_record>& streams,
                              reconcile_memory& memory) {
  edge::timestamp now = round.host().now();
  std::vector<candidate> chosen;
  for (stream_record& each : streams) {
    auto how_urgent = urgency_of(each, now);
    auto found = memory.looks.find(each.id);
    auto at = found == memory.looks.end() ? edge::timestamp{}
                                          : due(each, found->second, round.settings().recording_check, now);
    if (how_urgent && at <= now) chosen.push_back({&each, *how_urgent, at});
  }
  std::ranges::sort(chosen, {}, [](const candidate& each) { return std::pair{each.how_urgent, each.due}; });
  return chosen;
}

} // namespace

edge::task<void> recover_missed_webhooks(reconcile_round& round, reconcile_memory& memory,
                                         std::vector<stream_record>& streams) {
  for (const candidate& each : choose(round, streams, memory)) {
    if (round.is_spent()) break;
    edge::timestamp begun = round.host().now();
    auto news = co_await attempt(look_at(round, *each.stream));
    ++round.counts().looked_at;
    if (!news) ++round.counts().failures;
    auto& remembered = memory.looks[each.stream->id];
    if (!news || *news || each.stream->updated_at() > remembered.last) remembered.in_vain = 0;
    remembered.last = begun;
    remembered.next =
        round.host().now() +
        backoff(remembered.in_vain++, longest_pause(each, round.host().now()), round.host().random());
  }
}

} // namespace streams
