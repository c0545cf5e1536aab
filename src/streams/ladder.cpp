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
    if (url) rungs.push_back({.kind = kind, .source = source, .url = *url});
  };
  add(rung_kind::whep, live.whep_token ? relay : cloudflare, live.whep);
  if (live.whep && live.whep_token) rungs.back().token = *live.whep_token;
  add(rung_kind::llhls, cloudflare, live.llhls);
  add(rung_kind::hls, cloudflare, live.hls);
  add(rung_kind::hls, mux, live.mux_hls);
  add(rung_kind::dash, cloudflare, live.dash);
  add(rung_kind::iframe, cloudflare, live.iframe);
  return rungs;
}

std::vector<rung> ladder_of(const broadcast& recorded, const viewing_addresses& played) {
  using enum recording_source;
  std::vector<rung> rungs;
  auto add = [&](recording_source source) {
    const recording* best = recorded.best_of(source);
    if (best && best->can_be_played())
      rungs.push_back({.kind = rung_kind::recording,
                       .source = source == mux ? rung_source::mux : rung_source::cloudflare,
                       .url = played.hls(*best)});
  };
  add(recorded.preferred());
  add(recorded.preferred() == mux ? cloudflare : mux);
  const recording* video = recorded.best_of(cloudflare);
  auto player = video && video->can_be_played() ? played.player(*video) : std::nullopt;
  if (player) rungs.push_back({.kind = rung_kind::iframe, .source = rung_source::cloudflare, .url = *player});
  return rungs;
}

} // namespace streams
