#include "streams/live_addresses.h"

#include "streams/relay_token.h"

namespace streams {

namespace {

void add_cloudflare(live_addresses& to, const cloudflare_side& input, const viewing_addresses& played,
                    const std::optional<cloudflare::lifecycle>& said) {
  std::string_view name = played.name_at_cloudflare(input.live_input_id);
  to.hls = input.hls(name);
  to.llhls = *to.hls + "?protocol=llhls";
  to.dash = input.dash(name);
  to.iframe = input.player(name);
  if (said && said->live && said->video_id) {
    std::string_view video = played.name_at_cloudflare(*said->video_id);
    to.hls = input.hls(video);
    to.dash = input.dash(video);
    to.poster = input.thumbnail(video);
  }
}

void add_whep(live_addresses& to, const stream_record& stream, const viewing_addresses& played,
              const std::optional<relay_settings>& relay, bool recorded, edge::timestamp now) {
  if (stream.method != streaming_method::whip_browser || !stream.cloudflare) return;
  if (stream.ingest == ingest_plan::relay && relay) {
    to.whep = relay->whep_url(stream.id);
    to.whep_token = make_relay_token(*relay, stream.id, relay_scope::watch, now).text();
  }
  if (stream.ingest == ingest_plan::cloudflare && !recorded) {
    const cloudflare_side& input = *stream.cloudflare;
    to.whep = input.whep(played.name_at_cloudflare(input.live_input_id));
  }
}

} // namespace

live_addresses live_addresses::of(const stream_record& stream,
                                  const std::optional<cloudflare::lifecycle>& said,
                                  const viewing_addresses& played, const std::optional<relay_settings>& relay,
                                  edge::timestamp now) {
  live_addresses to;
  bool came_to_mux = stream.mux && stream.broadcasts.live_at(recording_source::mux, now);
  if (came_to_mux) {
    to.mux_hls = played.hls_at_mux(stream.mux->playback_id);
    to.poster = played.thumbnail_at_mux(stream.mux->playback_id);
  }
  if (stream.cloudflare) add_cloudflare(to, *stream.cloudflare, played, said);
  add_whep(to, stream, played, relay, came_to_mux || (said && said->live), now);
  return to;
}

} // namespace streams
