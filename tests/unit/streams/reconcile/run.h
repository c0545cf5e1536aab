// One run of reconcile against a script.
#pragma once

#include "edge/clock.h"
#include "edge/environment.h"
#include "streams/model/stream.h"
#include "streams/model/stream_id.h"
#include "streams/reconcile/memory.h"
#include "streams/reconcile/round.h"
#include "streams/settings/settings.h"
#include "support/scripted_host.h"
#include "support/scripted_providers.h"
#include "support/scripted_store.h"
#include "unit/api/calling.h"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace reconcile_test {

inline constexpr std::string_view deployment_id = "0123456789abcdef";
inline constexpr std::chrono::minutes grace = support::grace;
inline constexpr edge::timestamp now = support::scripted_host::start;

using support::answers_input;
using support::answers_list;
using support::answers_live_stream;
using support::deletes;
using support::listed;
using support::lists_inputs;
using support::lists_live_streams;
using support::lists_outputs;
using support::settings_with_mux;

inline streams::settings read(const edge::environment& from) {
  auto settings = streams::settings::read(from);
  REQUIRE(settings);
  return *std::move(settings);
}

struct run {
  explicit run(const edge::environment& from = settings_with_mux()) : world(from), with(read(from)) {
    world.run(round.learn_deployment(deployment_id));
  }

  // What answers it can be scripted as what answers its host.
  operator support::scripted_host&() { return world; }

  support::scripted_host world;
  streams::settings with;
  streams::reconcile_memory memory;
  streams::reconcile_round round{world.host(), with, memory};
};

// Different numbers have different streams. All were made an hour ago.
inline std::string stream_id(int number) {
  return streams::make_stream_id(now - std::chrono::hours{1}, std::to_string(1'000'000'000 + number));
}

inline std::string tag_of(std::string_view stream, std::string_view deployment = deployment_id) {
  return streams::tag_of(std::string{"main-"}.append(deployment), stream);
}

// A stream of "owner" that nobody has broadcast to.
inline streams::stream_record stream_at(const std::string& id, std::string_view input = "input",
                                        std::string_view live_stream = {}) {
  streams::stream_record record = support::quiet_stream();
  record.id = id;
  record.cloudflare = streams::cloudflare_side{std::string{input}, "https://c.example"};
  if (!live_stream.empty()) {
    record.mux = streams::mux_side{std::string{live_stream}, "playback", "output"};
  }
  return record;
}

} // namespace reconcile_test
