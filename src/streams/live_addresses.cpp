#include "streams/live_addresses.h"

namespace streams {

live_addresses live_addresses::of(const stream_record& stream,
                                  const std::optional<cloudflare::lifecycle>& said,
                                  const mux::playback_urls& at_mux, edge::timestamp now) {
  const cloudflare_side& input = stream.cloudflare;
  live_addresses to{.whep = input.whep_url,
                    .llhls = input.hls_url + "?protocol=llhls",
                    .hls = input.hls_url,
                    .dash = input.dash_url,
                    .iframe = input.player(input.live_input_id),
                    .mux_hls = {},
                    .poster = {}};
  if (stream.mux && stream.broadcasts.live_at(recording_source::mux, now)) {
    to.whep = std::nullopt;
    to.mux_hls = at_mux.hls(stream.mux->playback_id);
    to.poster = at_mux.thumbnail(stream.mux->playback_id);
  }
  if (said && said->live) to.whep = std::nullopt;
  if (said && said->live && said->video_id) {
    to.hls = input.hls(*said->video_id);
    to.dash = input.dash(*said->video_id);
    to.poster = input.thumbnail(*said->video_id);
  }
  return to;
}

} // namespace streams
