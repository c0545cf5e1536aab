#include "streams/watch/playback_view.h"

#include "edge/clock.h"
#include "mux/playback.h"
#include "streams/model/recording_check.h"
#include "streams/watch/schedule.h"

#include <algorithm>
#include <utility>

namespace streams {

namespace {

// The addresses are null until the recording can be played; Mux has no DASH and no player. A missing
// recording never became ready; its id is null if it was never heard of.
//
// `made` is the copy or the upload that it came from.
json::object view_of(const recording& recording, const playback_addresses& played, bool missing = false,
                     const transfer* made = nullptr) {
  std::optional<std::string> play;
  std::optional<std::string> dash;
  std::optional<std::string> player;
  std::optional<std::string> thumbnail;
  if (recording.can_be_played()) {
    play = played.hls(recording);
    dash = played.dash(recording);
    player = played.player(recording);
    thumbnail = played.thumbnail(recording);
  }
  std::string_view state = missing ? "missing" : name_of(recording.state());
  if (recording.origin == recording_origin::copy && recording.state() == recording_state::processing) {
    state = "copying";
  }
  std::optional<std::string> reason;
  if (recording.state() == recording_state::failed) {
    reason = made ? describe_failure(*made) : describe_failure(recording);
  }
  json::object view;
  view.set("source", name_of(recording.source))
      .set("id", recording.id.empty() ? std::nullopt : std::optional{recording.id})
      .set("origin", name_of(recording.origin))
      .set("state", state)
      .set("progress", made ? made->percent : std::nullopt)
      .set("reason", reason)
      .set("duration", recording.duration ? std::optional{recording.duration.value()} : std::nullopt)
      .set("startedAt", edge::format_timestamp(recording.begun))
      .set("playbackUrl", play)
      .set("dashUrl", dash)
      .set("iframeUrl", player)
      .set("thumbnailUrl", thumbnail)
      .set("downloadUrl", played.file(recording))
      .set("clippedFrom", made && made->part ? std::optional{made->part->of} : std::nullopt);
  return view;
}

struct shown_broadcast {
  edge::timestamp begun;
  recording_source preferred;
  std::vector<recording> recordings;
  std::vector<recording_source> missing; // that should have recorded and did not
};

// A recording of which nothing is known.
recording lost_recording(recording_source at, edge::timestamp begun) {
  return {.source = at, .id = {}, .playback = {}, .duration = {}, .end = {}, .begun = begun};
}

// A copy that is not at its provider yet, or never got there.
recording unmade_recording(const transfer& of, edge::timestamp at) {
  recording made{.source = of.to, .id = {}, .playback = {}, .duration = {}, .end = {}, .begun = of.begun};
  made.origin = of.origin;
  if (of.state == transfer_state::failed) {
    made.end.join(at, recording_state::failed);
  }
  return made;
}

json::object broadcast_view(const broadcast_state& known, const shown_broadcast& broadcast,
                            const playback_addresses& played) {
  json::array recordings;
  std::vector<recording_source> shown;
  for (const recording& each : broadcast.recordings) {
    const transfer* made = known.transfers().maker_of(each);
    const bool missing = each.is_live_recording() && std::ranges::contains(broadcast.missing, each.source);
    recordings.add(view_of(each, played, missing, made));
    shown.push_back(each.source);
  }
  for (const latest<transfer>& each : known.transfers().all()) {
    const transfer& copy = each.value();
    if (copy.id.empty() && std::ranges::contains(broadcast.recordings, copy.source(), &recording::id)) {
      recordings.add(view_of(unmade_recording(copy, each.at()), played, false, &copy));
      shown.push_back(copy.to);
    }
  }
  for (recording_source each : broadcast.missing) {
    if (!std::ranges::contains(shown, each)) {
      recordings.add(view_of(lost_recording(each, broadcast.begun), played, true));
    }
  }
  json::object view;
  view.set("startedAt", edge::format_timestamp(broadcast.begun))
      .set("preferredRecordingSource", name_of(broadcast.preferred))
      .set("recordings", std::move(recordings));
  return view;
}

// The newest first.
std::vector<shown_broadcast> shown_broadcasts(const stream_record& stream,
                                              const std::vector<broadcast>& known, edge::timestamp now) {
  std::vector<shown_broadcast> shown;
  if (auto lost = lost_broadcast(stream, now)) {
    shown.push_back({.begun = *lost,
                     .preferred = stream.cloudflare ? recording_source::cloudflare : recording_source::mux,
                     .recordings = {},
                     .missing = missing_recordings(stream, now)});
  }
  for (const broadcast& each : known) {
    shown.push_back({.begun = each.begun(),
                     .preferred = each.preferred(),
                     .recordings = each.recordings,
                     .missing = missing_recordings(stream, each, now)});
  }
  return shown;
}

// {cloudflare, mux, preferred}, or null.
std::optional<json::object> recording_choice(const broadcast* of, const playback_addresses& played) {
  if (!of) {
    return std::nullopt;
  }
  auto best_of = [&](recording_source source) {
    const recording* best = of->best_of(source);
    return best ? std::optional{view_of(*best, played)} : std::nullopt;
  };
  json::object view;
  view.set("cloudflare", best_of(recording_source::cloudflare))
      .set("mux", best_of(recording_source::mux))
      .set("preferred", name_of(of->preferred()));
  return view;
}

json::object live_view(const live_addresses& live) {
  json::object view;
  view.set("whep", live.whep)
      .set_if("whepToken", live.whep_token)
      .set("hls", live.hls)
      .set("dash", live.dash)
      .set("iframe", live.iframe);
  return view;
}

json::array ladder_view(const std::vector<rung>& ladder) {
  json::array view;
  for (const rung& each : ladder) {
    view.add(json::object()
                 .set("kind", name_of(each.kind))
                 .set("source", name_of(each.source))
                 .set("url", each.url)
                 .set_if("token", each.token.empty() ? std::nullopt : std::optional{each.token}));
  }
  return view;
}

playback_addresses addresses_of(const edge::host& host, const stream_record& stream, playback_tokens tokens,
                                bool files = false) {
  return {stream.cloudflare, mux::playback_urls::read(host.settings()), std::move(tokens), files};
}

// The recording of the current broadcast at Cloudflare, once a list of its videos has told it.
const recording* growing_recording(const stream_record& stream, edge::timestamp now) {
  const recording* newest = stream.broadcasts.newest(recording_source::cloudflare);
  const auto since = stream.broadcasts.live_since(now);
  const bool grows = newest && since && newest->state() == recording_state::processing &&
                     newest->begun + clock_difference >= *since;
  return grows ? newest : nullptr;
}

// Where a broadcast under way plays. No provider is asked, so that any number of viewers costs the same.
edge::task<edge::outcome<live_addresses>> addresses_while_live(edge::host& host,
                                                               const watched_stream& stream) {
  const stream_record& record = stream.record;
  const recording* growing = growing_recording(record, host.now());
  playback_tokens tokens;
  if (stream.keys && record.cloudflare) {
    co_await tokens.sign_at_cloudflare(host, *stream.keys, record.cloudflare->live_input_id);
  }
  if (stream.keys && growing) {
    co_await tokens.sign_at_cloudflare(host, *stream.keys, growing->id);
  }
  if (stream.keys && record.mux) {
    co_await tokens.sign_at_mux(host, *stream.keys, record.mux->playback_id, true);
  }
  co_return live_addresses::of(record, growing, addresses_of(host, record, std::move(tokens)),
                               stream.with.relay, host.now());
}

} // namespace

edge::task<edge::outcome<playback_addresses>> addresses_of_recordings(edge::host& host,
                                                                      const watched_stream& stream,
                                                                      std::span<const broadcast> broadcasts,
                                                                      bool files) {
  playback_tokens tokens;
  for (const broadcast& broadcast : broadcasts) {
    for (const recording& each : broadcast.recordings) {
      if (!stream.keys || !each.can_be_played()) {
        continue;
      }
      const bool at_mux = each.source == recording_source::mux;
      co_await (at_mux ? tokens.sign_at_mux(host, *stream.keys, each.playback.value())
                       : tokens.sign_at_cloudflare(host, *stream.keys, each.id));
      if (!at_mux && files && each.file) {
        co_await tokens.sign_at_cloudflare(host, *stream.keys, each.id, true);
      }
    }
  }
  co_return addresses_of(host, stream.record, std::move(tokens), files);
}

edge::task<edge::outcome<json::object>> recordings_view(edge::host& host, watched_stream stream) {
  const playback now = playback_of(stream.record, host.now());
  const auto played =
      co_await addresses_of_recordings(host, stream, now.broadcasts, stream.record.desired.downloads());
  json::array broadcasts;
  for (const shown_broadcast& each : shown_broadcasts(stream.record, now.broadcasts, host.now())) {
    broadcasts.add(broadcast_view(stream.record.broadcasts, each, played));
  }
  json::object view;
  view.set("status", name_of(now.status)).set("broadcasts", std::move(broadcasts));
  co_return view;
}

edge::task<edge::outcome<json::object>> playback_view(edge::host& host, watched_stream stream) {
  const playback now = playback_of(stream.record, host.now());
  const broadcast* recorded = now.recorded();
  const auto shown = recorded ? std::span{recorded, 1} : std::span<const broadcast>{};
  const auto played =
      co_await addresses_of_recordings(host, stream, shown, stream.record.desired.downloads());
  json::object view;
  view.set("title", stream.record.current_title()).set("status", name_of(now.status));
  add_details(view, stream.record);
  view.set("recording", recording_choice(recorded, played));
  if (now.status == playback_status::live) {
    const auto live = co_await addresses_while_live(host, stream);
    view.set("live", live_view(live)).set("poster", live.poster).set("ladder", ladder_view(ladder_of(live)));
  } else if (recorded) {
    view.set("live", nullptr)
        .set("poster", played.thumbnail(*recorded->playable()))
        .set("ladder", ladder_view(ladder_of(*recorded, played)));
  } else {
    view.set("live", nullptr).set("poster", nullptr).set("ladder", json::array());
  }
  co_return view;
}

} // namespace streams
