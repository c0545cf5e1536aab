#include "streams/ladder.h"

namespace streams {

std::string_view name_of(rung_kind kind) {
  switch (kind) {
  case rung_kind::whep: return "whep";
  case rung_kind::llhls: return "llhls";
  case rung_kind::hls: return "hls";
  case rung_kind::dash: return "dash";
  case rung_kind::iframe: return "iframe";
  case rung_kind::recording: return "recording";
  }
  __builtin_trap();
}

std::vector<rung> ladder_of(const live_addresses& live) {
  using enum recording_source;
  std::vector<rung> rungs;
  if (live.whep) rungs.push_back({rung_kind::whep, cloudflare, *live.whep});
  rungs.push_back({rung_kind::llhls, cloudflare, live.llhls});
  rungs.push_back({rung_kind::hls, cloudflare, live.hls});
  if (live.mux_hls) rungs.push_back({rung_kind::hls, mux, *live.mux_hls});
  rungs.push_back({rung_kind::dash, cloudflare, live.dash});
  rungs.push_back({rung_kind::iframe, cloudflare, live.iframe});
  return rungs;
}

std::vector<rung> ladder_of(const broadcast& recorded, const cloudflare_side& at_cloudflare,
                            const mux::playback_urls& at_mux) {
  using enum recording_source;
  std::vector<rung> rungs;
  auto add = [&](recording_source source) {
    const recording* best = recorded.best_of(source);
    if (best && best->can_be_played()) rungs.push_back({rung_kind::recording, source, best->url(at_mux)});
  };
  add(recorded.preferred());
  add(recorded.preferred() == mux ? cloudflare : mux);
  const recording* video = recorded.best_of(cloudflare);
  if (video && video->can_be_played())
    rungs.push_back({rung_kind::iframe, cloudflare, at_cloudflare.player(video->id)});
  return rungs;
}

} // namespace streams
