// What viewers get. Answers about a public stream hold no credential and may be cached for some seconds, or
// for a minute once only another broadcast changes them. Answers about a private stream hold one viewer's
// tokens, valid for some hours, and may not be cached.
#include "api/auth/access.h"
#include "api/http/json_answer.h"
#include "api/http/problems.h"
#include "cloudflare/api.h"
#include "edge/clock.h"
#include "json/writer.h"
#include "mux/playback.h"
#include "streams/model/recording_check.h"
#include "streams/watch/playback.h"

#include <algorithm>
#include <span>

namespace api {

namespace {

using streams::recording_source;

// The addresses are null until the recording can be played; Mux has no DASH and no player. A missing
// recording never became ready; its id is null if it was never heard of.
json::object view_of(const streams::recording& recording, const streams::playback_addresses& played,
                     bool missing = false) {
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
  json::object view;
  view.set("source", name_of(recording.source))
      .set("id", recording.id.empty() ? std::nullopt : std::optional{recording.id})
      .set("state", missing ? "missing" : name_of(recording.state()))
      .set("duration", recording.duration ? std::optional{recording.duration.value()} : std::nullopt)
      .set("startedAt", edge::format_timestamp(recording.begun))
      .set("playbackUrl", play)
      .set("dashUrl", dash)
      .set("iframeUrl", player)
      .set("thumbnailUrl", thumbnail);
  return view;
}

// Useful but not required, and the viewer waits for it.
constexpr std::chrono::seconds lifecycle_budget{2};

// Answers about public streams may be cached; the tokens of a private stream are one viewer's.
edge::response viewer_answer(const edge::context& request, const stream_access& stream,
                             const streams::playback& now, const json::object& body) {
  if (stream.is_private()) {
    return json_answer(200, body);
  }
  edge::response answer = tagged_json_answer(request.request, body);
  answer.headers.add("cache-control", now.settled ? "public, max-age=60" : "public, max-age=5");
  return answer;
}

struct shown_broadcast {
  edge::timestamp begun;
  recording_source preferred;
  std::vector<streams::recording> recordings;
  std::vector<recording_source> missing; // that should have recorded and did not
};

// A recording of which nothing is known.
streams::recording lost_recording(recording_source at, edge::timestamp begun) {
  return {.source = at, .id = {}, .playback = {}, .duration = {}, .end = {}, .begun = begun};
}

json::object broadcast_view(const shown_broadcast& broadcast, const streams::playback_addresses& played) {
  json::array recordings;
  for (const streams::recording& each : broadcast.recordings) {
    recordings.add(view_of(each, played, std::ranges::contains(broadcast.missing, each.source)));
  }
  for (recording_source each : broadcast.missing) {
    if (!std::ranges::contains(broadcast.recordings, each, &streams::recording::source)) {
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
std::vector<shown_broadcast> shown_broadcasts(const streams::stream_record& stream,
                                              const std::vector<streams::broadcast>& known,
                                              edge::timestamp now) {
  std::vector<shown_broadcast> shown;
  if (auto lost = streams::lost_broadcast(stream, now)) {
    shown.push_back({.begun = *lost,
                     .preferred = stream.cloudflare ? recording_source::cloudflare : recording_source::mux,
                     .recordings = {},
                     .missing = streams::missing_recordings(stream, now)});
  }
  for (const streams::broadcast& each : known) {
    shown.push_back({.begun = each.begun(),
                     .preferred = each.preferred(),
                     .recordings = each.recordings,
                     .missing = streams::missing_recordings(stream, each, now)});
  }
  return shown;
}

// {cloudflare, mux, preferred}, or null.
std::optional<json::object> recording_choice(const streams::broadcast* of,
                                             const streams::playback_addresses& played) {
  if (!of) {
    return std::nullopt;
  }
  auto best_of = [&](recording_source source) {
    const streams::recording* best = of->best_of(source);
    return best ? std::optional{view_of(*best, played)} : std::nullopt;
  };
  json::object view;
  view.set("cloudflare", best_of(recording_source::cloudflare))
      .set("mux", best_of(recording_source::mux))
      .set("preferred", name_of(of->preferred()));
  return view;
}

json::object live_view(const streams::live_addresses& live) {
  json::object view;
  view.set("whep", live.whep)
      .set_if("whepToken", live.whep_token)
      .set("hls", live.hls)
      .set("dash", live.dash)
      .set("iframe", live.iframe);
  return view;
}

json::array ladder_view(const std::vector<streams::rung>& ladder) {
  json::array view;
  for (const streams::rung& each : ladder) {
    view.add(json::object()
                 .set("kind", name_of(each.kind))
                 .set("source", name_of(each.source))
                 .set("url", each.url)
                 .set_if("token", each.token.empty() ? std::nullopt : std::optional{each.token}));
  }
  return view;
}

constexpr edge::problem_type cannot_sign{
    .status = 503,
    .type = "not-configured",
    .title = "This deployment is not configured",
    .detail = "CLOUDFLARE_SIGNING_JWK or MUX_SIGNING_PRIVATE_KEY is not a key that can sign."};

streams::playback_addresses addresses_of(const edge::context& request, const stream_access& stream,
                                         streams::playback_tokens tokens) {
  return {stream.record.cloudflare, mux::playback_urls::read(request.host.settings()), std::move(tokens)};
}

// Where the recordings of these broadcasts play. Fails with 503.
edge::task<edge::result<streams::playback_addresses>>
addresses_of_recordings(edge::context& request, const stream_access& stream,
                        std::span<const streams::broadcast> broadcasts) {
  streams::playback_tokens tokens;
  for (const streams::broadcast& broadcast : broadcasts) {
    for (const streams::recording& each : broadcast.recordings) {
      if (!stream.keys || !each.can_be_played()) {
        continue;
      }
      const auto signed_one =
          co_await attempt(each.source == recording_source::mux
                               ? tokens.sign_at_mux(request.host, *stream.keys, each.playback.value())
                               : tokens.sign_at_cloudflare(request.host, *stream.keys, each.id));
      if (!signed_one) {
        co_return refuse(cannot_sign);
      }
    }
  }
  co_return addresses_of(request, stream, std::move(tokens));
}

// Where a broadcast under way plays. The playback host tells which recording grows, and its answer is public.
// (The list of the input's videos tells the same, but viewers would use up the account's 1,200 calls in five
// minutes.) Without an answer, everything but that recording plays. Fails with 503.
edge::task<edge::result<streams::live_addresses>> addresses_while_live(edge::context& request,
                                                                       const stream_access& stream) {
  edge::host& host = request.host;
  const streams::stream_record& record = stream.record;
  streams::playback_tokens tokens;
  edge::status signed_all;
  std::optional<cloudflare::lifecycle> growing;
  if (record.cloudflare) {
    const std::string& input = record.cloudflare->live_input_id;
    if (stream.keys) {
      signed_all = co_await attempt(tokens.sign_at_cloudflare(host, *stream.keys, input));
    }
    if (signed_all) {
      cloudflare::api cloudflare{host, stream.settings.cloudflare, host.now() + lifecycle_budget};
      auto said = co_await attempt(cloudflare.get_lifecycle(record.cloudflare->customer_url,
                                                            tokens.at_cloudflare(input).value_or(input)));
      if (said) {
        growing = std::move(*said);
      }
    }
    if (stream.keys && signed_all && growing && growing->video_id) {
      signed_all = co_await attempt(tokens.sign_at_cloudflare(host, *stream.keys, *growing->video_id));
    }
  }
  if (stream.keys && signed_all && record.mux) {
    signed_all = co_await attempt(tokens.sign_at_mux(host, *stream.keys, record.mux->playback_id));
  }
  if (!signed_all) {
    co_return refuse(cannot_sign);
  }
  co_return streams::live_addresses::of(record, growing, addresses_of(request, stream, std::move(tokens)),
                                        stream.settings.relay, host.now());
}

} // namespace

// GET /api/streams/{id}/recordings: {status, broadcasts: [{startedAt, preferredRecordingSource,
// recordings}]}, the newest broadcast first, and the preferred source's recordings first.
edge::task<edge::result<>> list_recordings(edge::context& request) {
  const stream_access stream = co_await access::require(request, right::watch);
  const streams::playback now = streams::playback_of(stream.record, request.host.now());
  const auto played = co_await addresses_of_recordings(request, stream, now.broadcasts);
  json::array broadcasts;
  for (const shown_broadcast& each : shown_broadcasts(stream.record, now.broadcasts, request.host.now())) {
    broadcasts.add(broadcast_view(each, played));
  }
  json::object answer;
  answer.set("status", name_of(now.status)).set("broadcasts", std::move(broadcasts));
  co_return viewer_answer(request, stream, now, answer);
}

// GET /api/streams/{id}/playback: {title, status, live, recording, poster, ladder}. `live` is null unless
// somebody broadcasts, `recording` is of the newest broadcast that has a playable one, and a player tries
// `ladder` in its order.
edge::task<edge::result<>> get_playback(edge::context& request) {
  const stream_access stream = co_await access::require(request, right::watch);
  const streams::playback now = streams::playback_of(stream.record, request.host.now());
  const streams::broadcast* recorded = now.recorded();
  const auto shown = recorded ? std::span{recorded, 1} : std::span<const streams::broadcast>{};
  const auto played = co_await addresses_of_recordings(request, stream, shown);
  json::object answer;
  answer.set("title", stream.record.current_title()).set("status", name_of(now.status));
  answer.set("recording", recording_choice(recorded, played));
  if (now.status == streams::playback_status::live) {
    const auto live = co_await addresses_while_live(request, stream);
    answer.set("live", live_view(live))
        .set("poster", live.poster)
        .set("ladder", ladder_view(ladder_of(live)));
  } else if (recorded) {
    answer.set("live", nullptr)
        .set("poster", played.thumbnail(*recorded->playable()))
        .set("ladder", ladder_view(ladder_of(*recorded, played)));
  } else {
    answer.set("live", nullptr).set("poster", nullptr).set("ladder", json::array());
  }
  co_return viewer_answer(request, stream, now, answer);
}

} // namespace api
