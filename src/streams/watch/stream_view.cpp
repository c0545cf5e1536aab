#include "streams/watch/stream_view.h"

#include "json/writer.h"
#include "mux/settings.h"
#include "streams/model/broadcast.h"
#include "streams/model/recording_check.h"
#include "streams/model/stream.h"
#include "streams/publish/endpoint.h"
#include "streams/watch/schedule.h"
#include "streams/watch/signed_playback.h"

#include <algorithm>

namespace streams {

namespace {

// A private recording plays only with a token, which /playback and /recordings give.
json::object recording_view(const stream_record& stream, recording_source source,
                            const playback_addresses& played, const std::vector<recording_source>& missing) {
  const recording* ready = stream.broadcasts.newest_ready(source);
  bool plays = ready && ready->playback && !stream.is_private();
  json::object view;
  view.set("available", ready != nullptr);
  view.set("playbackUrl", plays ? std::optional{played.hls(*ready)} : std::nullopt);
  view.set("duration", ready && ready->duration ? std::optional{ready->duration.value()} : std::nullopt);
  view.set("missing", std::ranges::contains(missing, source));
  return view;
}

json::object availability(const stream_record& stream, recording_source source,
                          const std::vector<recording_source>& missing) {
  return json::object()
      .set("available", stream.broadcasts.newest_ready(source) != nullptr)
      .set("missing", std::ranges::contains(missing, source));
}

// Whether Mux has the preferred recording of the newest broadcast. Before the first broadcast, Cloudflare is
// preferred if the stream has a live input.
bool prefers_mux(const stream_record& stream) {
  auto broadcasts = broadcasts_in(stream.broadcasts);
  return broadcasts.empty() ? !stream.cloudflare : broadcasts.front().preferred() == recording_source::mux;
}

// The preferred source first.
json::object recordings_view(const stream_record& stream, bool mux_preferred,
                             const playback_addresses& played, edge::timestamp now) {
  auto missing = missing_recordings(stream, now);
  json::object view;
  if (mux_preferred) {
    view.set("mux", recording_view(stream, recording_source::mux, played, missing));
  }
  view.set("cloudflare", recording_view(stream, recording_source::cloudflare, played, missing));
  if (!mux_preferred) {
    view.set("mux", recording_view(stream, recording_source::mux, played, missing));
  }
  return view;
}

json::array warnings_view(const stream_record& stream, edge::timestamp now) {
  json::array view;
  for (const warning& told : warnings_of(stream, now)) {
    view.add(json::object()
                 .set("code", told.code)
                 .set("detail", told.detail)
                 .set_if("source", told.source.empty() ? std::nullopt : std::optional{told.source}));
  }
  return view;
}

json::object plan_view(const stream_record& stream) {
  auto promise = promise_of(stream.method, stream.ingest);
  json::array recorded_at;
  for (recording_source each : stream.recorded_at()) {
    recorded_at.add(name_of(each));
  }
  json::object view;
  view.set("ingest", name_of(stream.ingest))
      .set("live", name_of(promise.live))
      .set("recordedAt", std::move(recorded_at))
      .set("verified", promise.verified);
  return view;
}

// A page where anybody may watch what is live, on any plan; nullopt for a private stream.
std::optional<std::string> page_of(const stream_record& stream, const playback_addresses& played) {
  if (stream.is_private()) {
    return std::nullopt;
  }
  if (stream.cloudflare) {
    return stream.cloudflare->player(stream.cloudflare->live_input_id);
  }
  return stream.mux ? std::optional{played.hls_at_mux(stream.mux->playback_id)} : std::nullopt;
}

std::optional<std::string> time_of(const moment& known) {
  return known ? std::optional{edge::format_timestamp(known.at())} : std::nullopt;
}

} // namespace

json::object status_view_of(const stream_record& stream, edge::timestamp now) {
  auto missing = missing_recordings(stream, now);
  json::object sources;
  for (recording_source each : {recording_source::cloudflare, recording_source::mux}) {
    sources.set(name_of(each), availability(stream, each, missing));
  }
  json::object view;
  view.set("id", stream.id)
      .set("title", stream.current_title())
      .set("status", name_of(stream.status(now)))
      .set("plan", plan_view(stream))
      .set("phoneCopy", name_of(stream.phone_copy))
      .set("simulcastEnabled", stream.forwards_to_mux())
      .set("recordingSources", std::move(sources))
      .set("scheduledStart", start_of(stream).transform(edge::format_timestamp))
      .set("stoppedAt", time_of(stream.desired.stopped()))
      .set("endedAt", time_of(stream.desired.ended()))
      .set("warnings", warnings_view(stream, now));
  return view;
}

publishing publishing_of(const stream_record& stream, const credentials& secrets,
                         const std::optional<relay_settings>& relay, edge::timestamp now) {
  if (stream.method == streaming_method::obs) {
    return {.rtmp_url = secrets.rtmps_url, .stream_key = std::string{secrets.rtmps_key.text()}};
  }
  const auto endpoint = publish_endpoint_of(stream, secrets, relay, now, now);
  return {.whip_url = endpoint ? std::optional{std::string{endpoint->whip_url.text()}} : std::nullopt};
}

json::object view_of(const stream_record& stream, const edge::host& host, const publishing& with) {
  const broadcast_state& broadcasts = stream.broadcasts;
  const recording* asset = broadcasts.newest(recording_source::mux);
  bool mux_preferred = prefers_mux(stream);
  const playback_addresses played{stream.cloudflare, mux::playback_urls::read(host.settings())};
  auto at_mux = [&](auto member) { return stream.mux ? std::optional{(*stream.mux).*member} : std::nullopt; };
  json::array warnings = warnings_view(stream, host.now());
  if (stream.desired.ended() && stream.mux && !mux::settings::read(host.settings())) {
    warnings.add(json::object()
                     .set("code", "left_at_mux")
                     .set("detail", "This deployment has no Mux credentials any more, so the live stream may "
                                    "still be open there."));
  }
  json::object view;
  view.set("id", stream.id)
      .set("memorialId", stream.memorial_id)
      .set("title", stream.current_title())
      .set("status", name_of(stream.status(host.now())))
      .set("streamingMethod", name_of(stream.method))
      .set("visibility", name_of(stream.current_visibility()))
      .set("phoneCopy", name_of(stream.phone_copy))
      .set("viewersMayDownload", stream.desired.downloads())
      .set("plan", plan_view(stream))
      .set("whipUrl", with.whip_url)
      .set("rtmpUrl", with.rtmp_url)
      .set("streamKey", with.stream_key)
      .set("cloudflareInputId",
           stream.cloudflare ? std::optional{stream.cloudflare->live_input_id} : std::nullopt)
      .set("playbackUrl", page_of(stream, played))
      .set("muxLiveStreamId", at_mux(&mux_side::live_stream_id))
      .set("muxPlaybackId", at_mux(&mux_side::playback_id))
      .set("muxAssetId", asset ? std::optional{asset->id} : std::nullopt)
      .set("muxAssetReady", asset && asset->state() == recording_state::ready)
      .set("cloudflareOutputId", stream.cloudflare ? at_mux(&mux_side::output_id) : std::nullopt)
      .set("simulcastEnabled", stream.forwards_to_mux())
      .set("recordingSources", recordings_view(stream, mux_preferred, played, host.now()))
      .set("preferredRecordingSource", mux_preferred ? "mux" : "cloudflare")
      .set("createdBy", stream.created_by)
      .set("createdAt", edge::format_timestamp(stream.created_at))
      .set("updatedAt", edge::format_timestamp(stream.updated_at()))
      .set("endedAt", time_of(stream.desired.ended()))
      .set("warnings", std::move(warnings));
  add_details(view, stream);
  return view;
}

} // namespace streams
