#include "api/stream_view.h"

#include "json/array.h"

namespace api {

namespace {

using streams::recording;
using streams::recording_source;
using streams::recording_state;

json::object recording_view(const streams::broadcast_state& broadcasts, recording_source source,
                            const mux::playback_urls& at_mux) {
  const recording* ready = broadcasts.newest_ready(source);
  json::object view;
  view.set("available", ready != nullptr);
  view.set("playbackUrl", ready && ready->playback ? std::optional{ready->url(at_mux)} : std::nullopt);
  view.set("duration", ready && ready->duration ? std::optional{ready->duration.value()} : std::nullopt);
  return view;
}

// The preferred one first: Cloudflare's, where it is there.
json::object recordings_view(const streams::broadcast_state& broadcasts, bool mux_preferred,
                             const mux::playback_urls& at_mux) {
  json::object view;
  if (mux_preferred) view.set("mux", recording_view(broadcasts, recording_source::mux, at_mux));
  view.set("cloudflare", recording_view(broadcasts, recording_source::cloudflare, at_mux));
  if (!mux_preferred) view.set("mux", recording_view(broadcasts, recording_source::mux, at_mux));
  return view;
}

json::array warnings_view(const streams::stream_record& stream) {
  json::array view;
  for (const streams::warning& each : stream.warnings)
    view.add(json::object().set("code", each.code).set("detail", each.detail));
  if (auto code = stream.broadcasts.ingest_error())
    view.add(json::object()
                 .set("code", "ingest_error")
                 .set("detail", "Cloudflare cannot use what the encoder sends: " + std::string{*code} + '.'));
  return view;
}

} // namespace

json::object view_of(const streams::stream_record& stream, const streams::credentials* secrets,
                     const edge::host& host) {
  const streams::broadcast_state& broadcasts = stream.broadcasts;
  const recording* asset = broadcasts.newest(recording_source::mux);
  bool mux_preferred = !broadcasts.newest_ready(recording_source::cloudflare) &&
                       broadcasts.newest_ready(recording_source::mux);
  auto at_mux = [&](auto member) { return stream.mux ? std::optional{(*stream.mux).*member} : std::nullopt; };
  json::object view;
  view.set("id", stream.id)
      .set("memorialId", stream.memorial_id)
      .set("title", stream.current_title())
      .set("status", name_of(broadcasts.status(host.now())))
      .set("streamingMethod", "whip_browser")
      .set("whipUrl", secrets ? std::optional{std::string{secrets->whip_url.text()}} : std::nullopt)
      .set("rtmpUrl", nullptr)
      .set("streamKey", nullptr)
      .set("cloudflareInputId", stream.cloudflare.live_input_id)
      .set("playbackUrl", stream.cloudflare.player(stream.cloudflare.live_input_id))
      .set("muxLiveStreamId", at_mux(&streams::mux_side::live_stream_id))
      .set("muxPlaybackId", at_mux(&streams::mux_side::playback_id))
      .set("muxAssetId", asset ? std::optional{asset->id} : std::nullopt)
      .set("muxAssetReady", asset && asset->state() == recording_state::ready)
      .set("cloudflareOutputId", at_mux(&streams::mux_side::output_id))
      .set("simulcastEnabled", stream.mux.has_value())
      .set("recordingSources",
           recordings_view(broadcasts, mux_preferred, mux::playback_urls::read(host.settings())))
      .set("preferredRecordingSource", mux_preferred ? "mux" : "cloudflare")
      .set("createdBy", stream.created_by)
      .set("createdAt", edge::format_timestamp(stream.created_at))
      .set("updatedAt", edge::format_timestamp(stream.updated_at()))
      .set("warnings", warnings_view(stream));
  return view;
}

} // namespace api
