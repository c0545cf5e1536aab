#include "streams/reconcile/missed_webhooks.h"

#include "cloudflare/error_codes.h"
#include "cloudflare/fact.h"
#include "json/number.h"
#include "mux/fact.h"
#include "streams/manage/refresh.h"
#include "streams/model/recording_check.h"
#include "streams/model/stream_id.h"
#include "streams/reconcile/backups.h"

#include <algorithm>
#include <string_view>
#include <tuple>

namespace streams {

namespace {

constexpr std::chrono::days forgotten_after{30};
// No provider needs longer from the first media of a broadcast, which lasts twelve hours at most, to a
// recording. One that is still processed has failed, until the provider says otherwise.
constexpr std::chrono::hours longest_processing{24};
// A recording that just began may not be in the list yet.
constexpr std::chrono::minutes listed_after{10};

// In this order. `unconfirmed` is live, and has not been checked since its recording must have begun.
enum class urgency : std::uint8_t { unconfirmed, ended, live, quiet, forgotten };

struct due_stream {
  stream_record* stream;
  urgency how_urgent;
  edge::timestamp due;
};

// Of those that were never checked, the newest streams come first: so do their ids.
bool comes_before(const due_stream& one, const due_stream& other) {
  return std::tie(one.how_urgent, one.due, one.stream->id) <
         std::tie(other.how_urgent, other.due, other.stream->id);
}

// Nullopt when there is nothing to check.
std::optional<urgency> urgency_of(const stream_record& stream, edge::timestamp now) {
  if (stream.desired.deleted()) {
    return std::nullopt;
  }
  if (is_in_progress(stream, now)) {
    return stream.broadcasts.status(now) == stream_status::live ? urgency::live : urgency::ended;
  }
  if (now < stream.updated_at() + forgotten_after) {
    return urgency::quiet;
  }
  const bool has_recordings = std::ranges::any_of(stream.broadcasts.recordings(), [](const recording& each) {
    return each.state() != recording_state::deleted;
  });
  return has_recordings ? std::optional{urgency::forgotten} : std::nullopt;
}

// A live stream that has every recording that it should have, and no other, is looked at again in two
// minutes, then in five.
constexpr std::uint32_t steps_to_longest = 2;

bool is_confirmed(const stream_record& stream, edge::timestamp now) {
  const auto since = stream.broadcasts.live_since(now);
  return since && unrecorded(stream, *since).empty() &&
         stream.broadcasts.live_at(recording_source::mux, now) == stream.forwards_to_mux();
}

// The recording that withdraws a warning is found as soon as the one that would have prevented it.
std::chrono::seconds longest_pause(const due_stream& of, edge::timestamp now) {
  if (of.how_urgent != urgency::live && of.how_urgent != urgency::unconfirmed) {
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
    std::vector<std::string> listed;
    for (const auto& each : co_await std::move(videos)) {
      listed.push_back(each.id);
      auto said = cloudflare::fact_of(each);
      if (said && said->kind == cloudflare::fact_kind::video_ready && is_given_up(each.id)) {
        said->at = round_.host().now();
        said->event_id = cloudflare::event_id_of({each.id, "ready after all"});
      }
      if (said) {
        co_await add(*said);
      }
    }
    for (const auto& [video, is_gone] : given_up(recording_source::cloudflare, listed)) {
      using enum cloudflare::fact_kind;
      co_await add(cloudflare::fact{
          .event_id = cloudflare::event_id_of({video, is_gone ? "gone" : "stuck"}),
          .kind = is_gone ? video_deleted : video_failed,
          .at = round_.host().now(),
          .live_input_id = id,
          .video_id = video,
          .error_code = is_gone ? std::nullopt : std::optional{std::string{cloudflare::not_finished}}});
    }
    auto found = co_await attempt(round_.cloudflare().get_live_input(id));
    if (is_not_found(found)) {
      co_return {};
    }
    const cloudflare::live_input input = co_await std::move(found);
    if (auto said = cloudflare::fact_of(input.id, input.status)) {
      co_await add(*said);
    }
    // The output may have been switched otherwise than asked for, by hand or by requests at the same time.
    const edge::timestamp now = round_.host().now();
    if (stream_.broadcasts.live_at(recording_source::cloudflare, now) &&
        stream_.broadcasts.live_at(recording_source::mux, now) != stream_.forwards_to_mux()) {
      co_await switch_backup(round_, stream_);
    }
    co_return {};
  }

  edge::task<edge::status> at_mux() {
    if (!stream_.mux) {
      co_return {};
    }
    std::vector<mux::asset> assets;
    std::vector<std::string> listed;
    if (round_.has_mux()) {
      assets = co_await round_.mux().list_assets_of_live_stream(stream_.mux->live_stream_id);
    } else {
      // Nobody can tell whether they are there.
      for (const recording& each : stream_.broadcasts.recordings()) {
        listed.push_back(each.id);
      }
    }
    for (const auto& each : assets) {
      listed.push_back(each.id);
      auto said = mux::fact_of(each, round_.host().now());
      if (!said) {
        said = mux::beginning_of(each);
      }
      if (said) {
        co_await add(*said);
      }
    }
    for (const auto& [asset, is_gone] : given_up(recording_source::mux, listed)) {
      using enum mux::fact_kind;
      // The asset's id may be too long for an event's.
      co_await add(
          mux::fact{.event_id = "list-" + cloudflare::event_id_of({asset, is_gone ? "gone" : "stuck"}),
                    .kind = is_gone ? asset_deleted : asset_errored,
                    .at = round_.host().now(),
                    .live_stream_id = stream_.mux->live_stream_id,
                    .asset_id = asset,
                    .error = is_gone ? std::nullopt : std::optional{std::string{mux::not_finished}}});
    }
    co_return {};
  }

  // Copies and uploads that were deleted at their provider.
  edge::task<edge::status> of_copies() {
    const edge::timestamp now = round_.host().now();
    std::vector<transfer> ready;
    for (const latest<transfer>& each : stream_.broadcasts.transfers().all()) {
      const recording* made = stream_.broadcasts.find(each.value().id);
      const bool is_removed = made && made->removed;
      if (each.value().state == transfer_state::ready && !is_removed && each.at() + listed_after <= now) {
        ready.push_back(each.value());
      }
    }
    std::optional<std::vector<cloudflare::made_video>> videos;
    for (transfer& each : ready) {
      bool is_there = true;
      if (each.to == recording_source::cloudflare) {
        if (!videos) {
          videos = co_await round_.cloudflare().list_made_videos(creator_of(stream_.id));
        }
        is_there = std::ranges::any_of(*videos, [&](const auto& video) { return video.what.id == each.id; });
      } else if (round_.has_mux()) {
        const auto asset = co_await attempt(round_.mux().get_asset(each.id));
        is_there = !is_not_found(asset);
      }
      if (!is_there) {
        each.state = transfer_state::gone;
        co_await add(change::of(each, now));
      }
    }
    co_return {};
  }

private:
  struct given_up_recording {
    std::string id;
    bool is_gone; // else it is still processed after so long that it has failed
  };

  [[nodiscard]] bool is_given_up(std::string_view video) const {
    return std::ranges::any_of(stream_.broadcasts.recordings(), [&](const recording& each) {
      return each.source == recording_source::cloudflare && each.id == video &&
             (each.state() == recording_state::deleted || each.state() == recording_state::failed);
    });
  }

  [[nodiscard]] std::vector<given_up_recording> given_up(recording_source source,
                                                         const std::vector<std::string>& listed) const {
    const edge::timestamp now = round_.host().now();
    const bool is_live = stream_.broadcasts.status(now) == stream_status::live;
    std::vector<given_up_recording> found;
    for (const recording& each : stream_.broadcasts.recordings()) {
      // The lists have only recordings of broadcasts.
      if (each.source != source || !each.is_live_recording() || each.state() == recording_state::deleted) {
        continue;
      }
      const bool is_gone = !std::ranges::contains(listed, each.id) && each.begun + listed_after <= now;
      const bool is_stuck =
          each.state() == recording_state::processing && !is_live && each.begun + longest_processing <= now;
      if (is_gone || is_stuck) {
        found.push_back({.id = each.id, .is_gone = is_gone});
      }
    }
    return found;
  }

  // A fact that says nothing new is not stored: each reading of the list gives it a later time.
  template <class Fact>
  edge::task<edge::status> add(const Fact& said) {
    broadcast_state after = stream_.broadcasts;
    after.fold(said);
    if (!after.says_more_than(stream_.broadcasts)) {
      co_return {};
    }
    co_await round_.store().facts.put(stream_.id, said);
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
  return change{.id = "checked" + json::decimal(edge::to_microseconds(*since)),
                .kind = change_kind::recordings_checked,
                .at = now};
}

// While a broadcast that has just begun goes on at Cloudflare, and Mux has told of its recording, Mux is not
// asked. So the first check of many streams that went live together keeps to Mux's rate limit.
bool is_known_at_mux(reconcile_round& round, const stream_record& stream) {
  constexpr std::chrono::minutes soon{2};
  const edge::timestamp now = round.host().now();
  const auto since = stream.broadcasts.live_since(now);
  return since && now < *since + round.settings().recording_check + soon &&
         stream.broadcasts.live_at(recording_source::cloudflare, now) &&
         !std::ranges::contains(unrecorded(stream, *since), recording_source::mux);
}

// Whether there was news. A provider that fails does not keep the other's news from being stored.
edge::task<edge::outcome<bool>> check_stream(reconcile_round& round, stream_record& stream) {
  // A fold of an old read may have written the record again after the deletion.
  co_await round.store().streams.fold_deletions({&stream, 1});
  if (stream.desired.deleted()) {
    co_await save_and_tell(round.host(), stream);
    co_return true;
  }
  provider_check check{round, stream};
  auto cloudflare = co_await attempt(check.at_cloudflare());
  const bool is_known = is_known_at_mux(round, stream);
  auto mux = is_known ? edge::status{} : co_await attempt(check.at_mux());
  auto copies = co_await attempt(check.of_copies());
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
    (void)co_await attempt(save_and_tell(round.host(), stream));
    (void)co_await attempt(round.store().facts.end_alarm(stream.broadcasts));
  }
  co_await std::move(cloudflare);
  co_await std::move(mux);
  co_await std::move(copies);
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

// Whether a live stream has not been checked since its recording must have begun.
bool is_unconfirmed(const stream_record& stream, edge::timestamp last_check,
                    std::chrono::seconds recording_check, edge::timestamp now) {
  const auto since = stream.broadcasts.live_since(now);
  return since && *since + recording_check <= now && last_check < *since + recording_check;
}

std::vector<due_stream> due_streams(reconcile_round& round, std::vector<stream_record>& streams,
                                    const reconcile_memory& memory, std::uint32_t forgotten_share) {
  const edge::timestamp now = round.host().now();
  std::vector<due_stream> due;
  for (stream_record& each : streams) {
    auto how_urgent = urgency_of(each, now);
    if (how_urgent == urgency::forgotten && round.host().random().below(forgotten_share) > 0) {
      continue;
    }
    const auto recording_check = round.settings().recording_check;
    const auto time = memory.checks.find(each.id);
    const bool is_known = time != memory.checks.end();
    const edge::timestamp at =
        is_known ? next_check(each, time->second, recording_check, now) : edge::timestamp{};
    if (how_urgent == urgency::live &&
        is_unconfirmed(each, is_known ? time->second.last : edge::timestamp{}, recording_check, now)) {
      how_urgent = urgency::unconfirmed;
    }
    if (how_urgent && at <= now) {
      const due_stream one{&each, *how_urgent, at};
      due.insert(std::ranges::upper_bound(due, one, comes_before), one);
    }
  }
  return due;
}

} // namespace

edge::task<void> recover_missed_webhooks(reconcile_round& round, reconcile_memory& memory,
                                         std::vector<stream_record>& streams, std::uint32_t forgotten_share) {
  round.begin(repair::checks);
  for (const due_stream& each : due_streams(round, streams, memory, forgotten_share)) {
    if (round.is_spent()) {
      round.count_left(1);
      continue;
    }
    const edge::timestamp begun = round.host().now();
    const auto news = co_await attempt(check_stream(round, *each.stream));
    ++round.counts().streams_checked;
    if (!news) {
      round.count_failure(news.error());
    }
    if (each.how_urgent == urgency::forgotten) {
      continue;
    }
    retry_time& time = memory.checks[each.stream->id];
    if (!news || *news || each.stream->updated_at() > time.last) {
      time.fruitless = 0;
    }
    if (is_confirmed(*each.stream, begun)) {
      time.fruitless = std::max(time.fruitless, steps_to_longest);
    }
    time.last = begun;
    time.is_urgent = is_in_progress(*each.stream, begun);
    time.postpone(round.host(), longest_pause(each, round.host().now()));
  }
}

} // namespace streams
