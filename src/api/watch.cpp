#include "api/watch.h"

#include "api/json_answer.h"
#include "api/known_stream.h"
#include "api/recording_view.h"
#include "cloudflare/api.h"
#include "json/array.h"
#include "mux/playback_urls.h"
#include "streams/ladder.h"
#include "streams/live_addresses.h"
#include "streams/playback.h"

namespace api {

namespace {

using streams::recording_source;

// A viewer waits for it before anything plays, and it is of use, but not needed.
constexpr std::chrono::seconds lifecycle_budget{2};

edge::response public_answer(const edge::context& request, const streams::playback& now,
                             const json::object& body) {
  edge::response answer = tagged_json_answer(request.request, body);
  answer.headers.add("cache-control", now.settled ? "public, max-age=60" : "public, max-age=5");
  return answer;
}

json::object broadcast_view(const streams::broadcast& broadcast, const streams::stream_record& stream,
                            const mux::playback_urls& at_mux) {
  json::array recordings;
  for (const streams::recording& each : broadcast.recordings)
    recordings.add(view_of(each, stream.cloudflare, at_mux));
  json::object view;
  view.set("startedAt", edge::format_timestamp(broadcast.begun()))
      .set("preferredRecordingSource", name_of(broadcast.preferred()))
      .set("recordings", std::move(recordings));
  return view;
}

// {cloudflare, mux, preferred}, or null.
json::item recording_choice(const streams::broadcast* of, const streams::stream_record& stream,
                            const mux::playback_urls& at_mux) {
  if (!of) return nullptr;
  auto best_of = [&](recording_source source) {
    const streams::recording* best = of->best_of(source);
    return best ? json::item(view_of(*best, stream.cloudflare, at_mux)) : json::item(nullptr);
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
      .set("llhls", live.llhls)
      .set("hls", live.hls)
      .set("dash", live.dash)
      .set("iframe", live.iframe);
  return view;
}

json::array ladder_view(const std::vector<streams::rung>& ladder) {
  json::array view;
  for (const streams::rung& each : ladder)
    view.add(json::object()
                 .set("kind", name_of(each.kind))
                 .set("source", name_of(each.source))
                 .set("url", each.url));
  return view;
}

// What the playback host tells everybody; nothing if it does not. (The list of the input's videos would tell
// the same, but costs a call of the account's 1,200 in five minutes, which viewers must not use up.)
edge::task<std::optional<cloudflare::lifecycle>> ask_playback_host(edge::host& host,
                                                                   const known_stream& stream) {
  cloudflare::api cloudflare{host, stream.settings.cloudflare, host.now() + lifecycle_budget};
  const streams::cloudflare_side& input = stream.record.cloudflare;
  auto said = co_await cloudflare.get_lifecycle(input.customer_url, input.live_input_id);
  co_return said ? std::optional{*said} : std::nullopt;
}

} // namespace

edge::task<edge::answer> list_recordings(edge::context& request) {
  known_stream stream = co_await co_await find_public_stream(request);
  auto at_mux = mux::playback_urls::read(request.host.settings());
  streams::playback now = streams::playback_of(stream.record, request.host.now());
  json::array broadcasts;
  for (const streams::broadcast& each : now.broadcasts)
    broadcasts.add(broadcast_view(each, stream.record, at_mux));
  json::object answer;
  answer.set("status", name_of(now.status)).set("broadcasts", std::move(broadcasts));
  co_return public_answer(request, now, answer);
}

edge::task<edge::answer> get_playback(edge::context& request) {
  known_stream stream = co_await co_await find_public_stream(request);
  auto at_mux = mux::playback_urls::read(request.host.settings());
  streams::playback now = streams::playback_of(stream.record, request.host.now());
  const streams::broadcast* recorded = now.recorded();
  json::object answer;
  answer.set("status", name_of(now.status)).set("live", nullptr);
  answer.set("recording", recording_choice(recorded, stream.record, at_mux)).set("poster", nullptr);
  if (now.status == streams::playback_status::live) {
    auto said = co_await ask_playback_host(request.host, stream);
    auto live = streams::live_addresses::of(stream.record, said, at_mux, request.host.now());
    answer.set("live", live_view(live))
        .set("poster", live.poster)
        .set("ladder", ladder_view(ladder_of(live)));
  } else if (recorded) {
    const streams::recording& best = *recorded->playable();
    answer.set("poster", thumbnail_of(best, stream.record.cloudflare, at_mux))
        .set("ladder", ladder_view(ladder_of(*recorded, stream.record.cloudflare, at_mux)));
  } else {
    answer.set("ladder", json::array());
  }
  co_return public_answer(request, now, answer);
}

} // namespace api
