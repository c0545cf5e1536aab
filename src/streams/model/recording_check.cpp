#include "streams/model/recording_check.h"

#include "cloudflare/api.h"
#include "cloudflare/error_codes.h"
#include "mux/fact.h"

#include <algorithm>
#include <iterator>

namespace streams {

namespace {

// How far the providers' clocks may differ, and how long after its encoder connects a recording may begin.
constexpr std::chrono::seconds slack{5};
// An encoder that comes back within this time continues the same recording.
constexpr std::chrono::seconds longest_dropout{cloudflare::api::dropout_window_seconds};

struct span {
  edge::timestamp begin;
  edge::timestamp end;
};

std::string names_of(const std::vector<recording_source>& sources) {
  if (sources.size() > 1) {
    return "Cloudflare and Mux";
  }
  return sources.front() == recording_source::mux ? "Mux" : "Cloudflare";
}

bool grows(const recording& what) { return what.state() == recording_state::processing; }

// Where a broadcast that began then should be recorded. If simulcast was changed since, it is unknown whether
// Mux received it, so Mux is left out.
std::vector<recording_source> promised(const stream_record& stream, edge::timestamp begun) {
  auto sources = stream.recorded_at();
  auto is_newer = [&](const auto& asked) { return asked && asked.at() > begun; };
  if (stream.cloudflare && (is_newer(stream.desired.simulcast()) || is_newer(stream.desired.backup()))) {
    std::erase(sources, recording_source::mux);
  }
  return sources;
}

edge::timestamp end_of(const recording& settled) { return settled.ended().value_or(settled.end.at()); }

// The places that should have recorded it and have no ended recording.
std::vector<recording_source> unsettled(const stream_record& stream, span broadcast) {
  auto sources = promised(stream, broadcast.begin);
  for (const recording& each : stream.broadcasts.recordings()) {
    const bool counts = each.is_live_recording() || each.state() == recording_state::ready;
    if (counts && !grows(each) && each.begun <= broadcast.end + longest_dropout &&
        end_of(each) + longest_dropout >= broadcast.begin) {
      std::erase(sources, each.source);
    }
  }
  return sources;
}

// When the last known broadcast began.
edge::timestamp newest_begin(const stream_record& stream) {
  auto newest = stream.broadcasts.last_begun().value_or(edge::timestamp::min());
  for (const recording& each : stream.broadcasts.recordings()) {
    newest = std::max(newest, each.begun);
  }
  return newest;
}

std::vector<recording_source> awaited(const stream_record& stream) {
  edge::timestamp begun = newest_begin(stream);
  return unsettled(stream, {.begin = begun, .end = std::max(begun, stream.updated_at())});
}

span span_of(const broadcast& of) {
  span all{.begin = of.begun(), .end = of.begun()};
  for (const recording& each : of.recordings) {
    all.end = std::max(all.end, grows(each) ? each.known_until() : end_of(each));
  }
  return all;
}

} // namespace

std::vector<recording_source> unrecorded(const stream_record& stream, edge::timestamp since) {
  auto sources = stream.recorded_at();
  for (const recording& each : stream.broadcasts.recordings()) {
    if (grows(each) || each.begun + slack >= since) {
      std::erase(sources, each.source);
    }
  }
  return sources;
}

bool awaits_recording(const stream_record& stream) { return !awaited(stream).empty(); }

std::vector<recording_source> missing_recordings(const stream_record& stream, edge::timestamp now) {
  auto newest = stream.broadcasts.newest_fact();
  bool is_over = newest && stream.broadcasts.status(now) == stream_status::completed;
  return is_over && now >= *newest + recording_patience ? awaited(stream) : std::vector<recording_source>{};
}

bool awaits_backup(const stream_record& stream) {
  return stream.cloudflare && !stream.mux && !stream.desired.ended() && !stream.desired.deleted() &&
         std::ranges::contains(stream.warnings, backup_unavailable, &warning::code);
}

bool is_in_progress(const stream_record& stream, edge::timestamp now) {
  const stream_status status = stream.broadcasts.status(now);
  return status == stream_status::live || (status == stream_status::completed && awaits_recording(stream) &&
                                           missing_recordings(stream, now).empty());
}

bool has_begun(const stream_record& before, const stream_record& stream, edge::timestamp now) {
  const auto is_live = [now](const stream_record& each) {
    return each.broadcasts.status(now) == stream_status::live;
  };
  return is_in_progress(stream, now) &&
         (!is_in_progress(before, now) || (is_live(stream) && !is_live(before)));
}

std::vector<recording_source> missing_recordings(const stream_record& stream, const broadcast& of,
                                                 edge::timestamp now) {
  span when = span_of(of);
  if (newest_begin(stream) <= when.end + longest_dropout) {
    return missing_recordings(stream, now);
  }
  return now >= when.end + recording_patience ? unsettled(stream, when) : std::vector<recording_source>{};
}

std::optional<edge::timestamp> lost_broadcast(const stream_record& stream, edge::timestamp now) {
  auto begun = stream.broadcasts.last_begun();
  if (!begun || missing_recordings(stream, now).empty()) {
    return std::nullopt;
  }
  bool is_recorded = std::ranges::any_of(broadcasts_in(stream.broadcasts), [&](const broadcast& each) {
    return span_of(each).end + longest_dropout >= *begun;
  });
  return is_recorded ? std::nullopt : begun;
}

std::optional<warning> recording_warning(const stream_record& stream, edge::timestamp now) {
  if (auto missing = missing_recordings(stream, now); !missing.empty()) {
    return warning{"recording_missing", "No recording came from " + names_of(missing) + "."};
  }
  auto since = stream.broadcasts.live_since(now);
  if (!since || !stream.desired.checked_since(*since)) {
    return std::nullopt;
  }
  auto sources = unrecorded(stream, *since);
  if (sources.empty()) {
    return std::nullopt;
  }
  return warning{"recording_not_started",
                 "The broadcast is live, and is not being recorded at " + names_of(sources) + "."};
}

std::string describe_failure(const recording& failed) {
  const std::string code = failed.reason ? failed.reason.value() : "unknown";
  if (failed.source == recording_source::cloudflare) {
    return cloudflare::describe_video_error(code);
  }
  return code == mux::not_finished
             ? "Mux could not make the recording: it was not finished within a day."
             : "Mux could not make the recording: its media cannot be used (" + code + ").";
}

std::vector<warning> provider_warnings(const stream_record& stream) {
  std::vector<warning> found;
  if (const auto code = stream.broadcasts.ingest_error()) {
    found.push_back({"ingest_error", cloudflare::describe_ingest_error(*code)});
  }
  for (const recording_source each : {recording_source::cloudflare, recording_source::mux}) {
    const recording* newest = stream.broadcasts.newest(each);
    if (newest && newest->state() == recording_state::failed) {
      found.push_back({"recording_failed", describe_failure(*newest), name_of(each)});
    }
    if (newest && newest->state() == recording_state::deleted && !newest->removed &&
        !stream.desired.recordings_deleted()) {
      found.push_back(
          {"recording_deleted", names_of({each}) + " does not have the recording any more.", name_of(each)});
    }
  }
  if (const auto type = stream.broadcasts.mux_warning()) {
    found.push_back(
        {"mux_warning", "Mux warns about the broadcast or its recording: " + std::string{*type} + '.'});
  }
  return found;
}

std::optional<warning> feed_warning(const stream_record& stream, edge::timestamp now) {
  constexpr std::chrono::seconds usual_way{30};
  const auto begun = stream.broadcasts.live_since(now);
  if (!begun || !stream.mux || !std::ranges::contains(stream.recorded_at(), recording_source::mux)) {
    return std::nullopt;
  }
  if (stream.broadcasts.reconnects_at_mux(now)) {
    return warning{std::string{reconnecting},
                   "Mux has lost the connection, and continues the recording if it comes back "
                   "within a minute."};
  }
  edge::timestamp since = *begun;
  const auto count_from = [&](const auto& asked) {
    if (asked) {
      since = std::max(since, asked.at());
    }
  };
  count_from(stream.desired.simulcast());
  count_from(stream.desired.backup());
  const bool arrives =
      stream.broadcasts.is_fed_at_mux() ||
      (stream.broadcasts.live_at(recording_source::mux, now) && !stream.broadcasts.was_lost_at_mux());
  if (now < since + usual_way || arrives) {
    return std::nullopt;
  }
  return warning{"backup_not_fed",
                 "The broadcast is live, and nothing of it arrives at Mux: so far there is no "
                 "recording there."};
}

std::vector<warning> warnings_of(const stream_record& stream, edge::timestamp now) {
  std::vector<warning> all = stream.warnings;
  std::ranges::move(provider_warnings(stream), std::back_inserter(all));
  if (auto told = feed_warning(stream, now)) {
    all.push_back(*std::move(told));
  }
  // A result of the recording check says more than a plan's warning.
  auto told = recording_warning(stream, now);
  if (!told) {
    told = plan_warning(stream);
  }
  if (told) {
    all.push_back(*std::move(told));
  }
  return all;
}

} // namespace streams
