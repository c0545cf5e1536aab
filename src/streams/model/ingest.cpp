#include "streams/model/ingest.h"

#include "streams/model/names.h"

#include <array>

namespace streams {

namespace {

constexpr names<streaming_method, 2> methods{
    {{streaming_method::whip_browser, "whip_browser"}, {streaming_method::obs, "obs"}}};
constexpr names<ingest_plan, 4> plans{{{ingest_plan::cloudflare, "cloudflare"},
                                       {ingest_plan::relay, "relay"},
                                       {ingest_plan::mux, "mux"},
                                       {ingest_plan::livekit, "livekit"}}};

constexpr std::array at_both{recording_source::cloudflare, recording_source::mux};
constexpr std::array at_mux{recording_source::mux};

} // namespace

plan_promise promise_of(streaming_method method, ingest_plan plan) {
  const bool by_whip = method == streaming_method::whip_browser;
  if (plan == ingest_plan::mux) {
    return {.live = live_kind::hls, .recorded_at = at_mux, .verified = true};
  }
  // Cloudflare neither records what comes by WHIP nor sends it on.
  if (by_whip && plan == ingest_plan::cloudflare) {
    return {.live = live_kind::whep, .recorded_at = {}, .verified = false};
  }
  const bool by_whep = by_whip && plan != ingest_plan::livekit;
  return {.live = by_whep ? live_kind::whep : live_kind::hls, .recorded_at = at_both, .verified = true};
}

std::string_view name_of(streaming_method method) { return name_in(methods, method); }

std::string_view name_of(ingest_plan plan) { return name_in(plans, plan); }

std::string_view name_of(live_kind kind) { return kind == live_kind::whep ? "whep" : "hls"; }

std::optional<streaming_method> streaming_method_named(std::optional<std::string_view> name) {
  return named_in(methods, name);
}

std::optional<ingest_plan> ingest_plan_named(std::optional<std::string_view> name) {
  return named_in(plans, name);
}

} // namespace streams
