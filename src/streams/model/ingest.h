// How a broadcast comes in, and what that way promises. The record, the addresses to publish to and to watch
// at, and the warnings follow from it.
//
//   method        plan        path                                              live   recorded at
//   whip_browser  cloudflare  phone -> Cloudflare                               WHEP   both, not documented
//   whip_browser  relay       phone -> relay -> live input -> output -> Mux     WHEP   both
//   whip_browser  mux         phone -> Mux                                      HLS    Mux, not documented
//   obs           cloudflare  encoder -> live input -> output -> Mux            HLS    both
//   obs           mux         encoder -> Mux                                    HLS    Mux
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
  cloudflare, // into the live input
  relay,      // into the relay, which sends it on to the live input by RTMPS
  mux,        // into the live stream at Mux; there is no live input
};

enum class live_kind : std::uint8_t {
  whep, // in under a second
  hls,  // in some seconds
};

struct plan_promise {
  live_kind live;
  std::span<const recording_source> recorded_at; // where a recording is to be looked for
  // Whether whoever records documents that it does. Where not, it is checked, and nothing is promised.
  bool verified;
};

plan_promise promise_of(streaming_method method, ingest_plan plan);

// The relay takes no encoder's RTMPS.
constexpr bool is_possible(streaming_method method, ingest_plan plan) {
  return method == streaming_method::whip_browser || plan != ingest_plan::relay;
}

// For whoever leaves it to us: the one that is recorded, where there is one.
constexpr ingest_plan best_plan(streaming_method method, bool has_relay) {
  return method == streaming_method::whip_browser && has_relay ? ingest_plan::relay : ingest_plan::cloudflare;
}

std::string_view name_of(streaming_method method);
std::string_view name_of(ingest_plan plan);
std::string_view name_of(live_kind kind);

// Nothing for a name that is none, or where there is none.
std::optional<streaming_method> streaming_method_named(std::optional<std::string_view> name);
std::optional<ingest_plan> ingest_plan_named(std::optional<std::string_view> name);

} // namespace streams
