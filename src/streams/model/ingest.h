// How a broadcast is ingested, and what that plan promises. The URLs and the warnings follow from it.
//
// clang-format off
//   method        plan        path                                              live   recorded at
//   whip_browser  cloudflare  phone -> Cloudflare                               WHEP   nowhere: unsupported
//   whip_browser  relay       phone -> relay -> live input -> output -> Mux     WHEP   both
//   whip_browser  mux         phone -> relay -> Mux                             HLS    Mux
//   whip_browser  livekit     phone -> LiveKit -> live input -> output -> Mux   HLS    both
//   obs           cloudflare  encoder -> live input -> output -> Mux            HLS    both
//   obs           mux         encoder -> Mux                                    HLS    Mux
//
// clang-format on
#pragma once

#include "streams/model/recording.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace streams {

enum class streaming_method : std::uint8_t {
  whip_browser, // a page publishes by WHIP
  obs,          // an encoder publishes by RTMPS or SRT
};

enum class ingest_plan : std::uint8_t {
  cloudflare, // to the live input
  relay,      // to the relay, which forwards it to the live input by RTMPS
  mux,        // to the live stream at Mux, from a browser through the relay; there is no live input
  livekit,    // to LiveKit, which forwards it to the live input by RTMPS
};

enum class live_kind : std::uint8_t {
  whep, // under a second behind
  hls,  // some seconds behind
};

struct plan_promise {
  live_kind live;
  std::span<const recording_source> recorded_at; // where recordings are expected
  bool verified;                                 // whether it is recorded anywhere
};

plan_promise promise_of(streaming_method method, ingest_plan plan);

// Whether a browser needs the relay for it. Mux takes no WHIP.
constexpr bool needs_relay(streaming_method method, ingest_plan plan) {
  return method == streaming_method::whip_browser && (plan == ingest_plan::relay || plan == ingest_plan::mux);
}

// The relay and LiveKit do not accept RTMPS.
constexpr bool is_possible(streaming_method method, ingest_plan plan) {
  return method == streaming_method::whip_browser ||
         (plan != ingest_plan::relay && plan != ingest_plan::livekit);
}

// The default: a plan that is recorded, if there is one.
constexpr ingest_plan best_plan(streaming_method method, bool has_relay) {
  return method == streaming_method::whip_browser && has_relay ? ingest_plan::relay : ingest_plan::cloudflare;
}

std::string_view name_of(streaming_method method);
std::string_view name_of(ingest_plan plan);
std::string_view name_of(live_kind kind);

// Nullopt for an unknown or missing name.
std::optional<streaming_method> streaming_method_named(std::optional<std::string_view> name);
std::optional<ingest_plan> ingest_plan_named(std::optional<std::string_view> name);

} // namespace streams
