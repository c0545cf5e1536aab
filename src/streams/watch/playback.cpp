#include "streams/watch/playback.h"

#include "streams/publish/relay.h"

#include <algorithm>

namespace streams {

namespace {

// Where a plan records nothing, nothing is awaited.
bool awaits(const stream_record& stream, recording_source source, edge::timestamp now) {
  const bool has_side =
      source == recording_source::mux ? stream.mux.has_value() : stream.cloudflare.has_value();
  const bool may_come = std::ranges::contains(promise_of(stream.method, stream.ingest).recorded_at, source) ||
                        stream.broadcasts.newest(source);
  return has_side && may_come && stream.broadcasts.awaits_recording(source, now);
}

playback_status status_of(const stream_record& stream, const std::vector<broadcast>& broadcasts,
                          edge::timestamp now) {
  switch (stream.status(now)) {
  case stream_status::ready: return playback_status::ready;
  case stream_status::live: return playback_status::live;
  case stream_status::completed: break;
  }
  const bool at_cloudflare = awaits(stream, recording_source::cloudflare, now);
  const bool at_mux = awaits(stream, recording_source::mux, now);
  // Cloudflare announces a recording when it is ready: until then, the newest known one may be of the
  // broadcast before. One source is enough to watch.
  bool nothing_yet = (at_cloudflare || !stream.cloudflare) && (at_mux || !stream.mux);
  bool playable = !broadcasts.empty() && broadcasts.front().playable();
  bool waits = nothing_yet || (!playable && (at_cloudflare || at_mux));
  return waits ? playback_status::processing : playback_status::completed;
}

} // namespace

std::string_view name_of(playback_status status) {
  switch (status) {
  case playback_status::ready: return "ready";
  case playback_status::live: return "live";
  case playback_status::processing: return "processing";
  case playback_status::completed: return "completed";
  }
  __builtin_trap();
}

const broadcast* playback::recorded() const {
  auto found = std::ranges::find_if(broadcasts, [](const broadcast& each) { return each.playable(); });
  return found == broadcasts.end() ? nullptr : &*found;
}

playback playback_of(const stream_record& stream, edge::timestamp now) {
  const broadcast_state& state = stream.broadcasts;
  playback made{.status = playback_status::ready, .settled = false, .broadcasts = broadcasts_in(state)};
  made.status = status_of(stream, made.broadcasts, now);
  made.settled = made.status == playback_status::completed &&
                 !awaits(stream, recording_source::cloudflare, now) &&
                 !awaits(stream, recording_source::mux, now);
  return made;
}

namespace {

void add_cloudflare(live_addresses& to, const cloudflare_side& input, const playback_addresses& played,
                    const recording* growing) {
  std::string_view name = played.name_at_cloudflare(input.live_input_id);
  to.hls = input.hls(name);
  to.dash = input.dash(name);
  to.iframe = input.player(name);
  // Cloudflare shows the start of a recording; Mux shows what is on air.
  if (growing && !to.poster) {
    to.poster = input.thumbnail(played.name_at_cloudflare(growing->id));
  }
}

void add_whep(live_addresses& to, const stream_record& stream, const playback_addresses& played,
              const std::optional<relay_settings>& relay, bool recorded, edge::timestamp now) {
  if (stream.method != streaming_method::whip_browser || !stream.cloudflare) {
    return;
  }
  if (stream.ingest == ingest_plan::relay && relay) {
    const std::string_view there = stream.broadcasts.relay_of_session();
    to.whep = std::string{there.empty() ? relay->url_for(stream.id) : there} + "/whep/" + stream.id;
    to.whep_token = make_watch_token(*relay, stream.id, now).text();
  }
  if (stream.ingest == ingest_plan::cloudflare && !recorded) {
    const cloudflare_side& input = *stream.cloudflare;
    to.whep = input.whep(played.name_at_cloudflare(input.live_input_id));
  }
}

} // namespace

live_addresses live_addresses::of(const stream_record& stream, const recording* growing,
                                  const playback_addresses& played,
                                  const std::optional<relay_settings>& relay, edge::timestamp now) {
  live_addresses to;
  bool came_to_mux = stream.mux && stream.broadcasts.live_at(recording_source::mux, now);
  if (came_to_mux) {
    to.mux_hls = played.hls_at_mux(stream.mux->playback_id);
    to.poster = played.latest_thumbnail_at_mux(stream.mux->playback_id);
  }
  if (stream.cloudflare) {
    add_cloudflare(to, *stream.cloudflare, played, growing);
  }
  add_whep(to, stream, played, relay, came_to_mux || growing, now);
  return to;
}

std::string_view name_of(rung_kind kind) {
  switch (kind) {
  case rung_kind::whep: return "whep";
  case rung_kind::hls: return "hls";
  case rung_kind::dash: return "dash";
  case rung_kind::iframe: return "iframe";
  case rung_kind::recording: return "recording";
  }
  __builtin_trap();
}

std::string_view name_of(rung_source source) {
  switch (source) {
  case rung_source::cloudflare: return "cloudflare";
  case rung_source::mux: return "mux";
  case rung_source::relay: return "relay";
  }
  __builtin_trap();
}

std::vector<rung> ladder_of(const live_addresses& live) {
  using enum rung_source;
  std::vector<rung> rungs;
  auto add = [&](rung_kind kind, rung_source source, const std::optional<std::string>& url) {
    if (url) {
      rungs.push_back({.kind = kind, .source = source, .url = *url});
    }
  };
  add(rung_kind::whep, live.whep_token ? relay : cloudflare, live.whep);
  if (live.whep && live.whep_token) {
    rungs.back().token = *live.whep_token;
  }
  add(rung_kind::hls, cloudflare, live.hls);
  add(rung_kind::hls, mux, live.mux_hls);
  add(rung_kind::dash, cloudflare, live.dash);
  add(rung_kind::iframe, cloudflare, live.iframe);
  return rungs;
}

std::vector<rung> ladder_of(const broadcast& recorded, const playback_addresses& played) {
  using enum recording_source;
  std::vector<rung> rungs;
  auto add = [&](recording_source source) {
    const recording* best = recorded.best_of(source);
    if (best && best->can_be_played()) {
      rungs.push_back({.kind = rung_kind::recording,
                       .source = source == mux ? rung_source::mux : rung_source::cloudflare,
                       .url = played.hls(*best)});
    }
  };
  add(recorded.preferred());
  add(recorded.preferred() == mux ? cloudflare : mux);
  const recording* video = recorded.best_of(cloudflare);
  auto player = video && video->can_be_played() ? played.player(*video) : std::nullopt;
  if (player) {
    rungs.push_back({.kind = rung_kind::iframe, .source = rung_source::cloudflare, .url = *player});
  }
  return rungs;
}

} // namespace streams
