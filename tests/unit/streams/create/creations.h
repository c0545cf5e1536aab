// What tests of creations share: settings with leases, and what the lease and the store answer.
#pragma once

#include "crypto/base64.h"
#include "edge/environment.h"
#include "edge/operation.h"
#include "streams/model/stream.h"
#include "streams/settings/settings.h"
#include "support/scripted_host.h"
#include "support/scripted_store.h"
#include "unit/api/calling.h"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace creations_test {

inline constexpr edge::timestamp now = support::scripted_host::start;
// The holder of the lease in these tests.
inline constexpr std::string_view mine = "this request";

inline edge::environment settings_with_leases() {
  edge::environment all = support::api_settings();
  all.set("LEASES", std::string{edge::environment::bound});
  return all;
}

inline streams::settings read(const edge::environment& from) {
  auto settings = streams::settings::read(from);
  REQUIRE(settings);
  return *std::move(settings);
}

// What the lease answers to its next step.
inline void is_held(support::scripted_host& world, std::string_view holder, std::string request,
                    std::string note, std::string value = {}) {
  world.next<edge::operation::lease>(edge::operation::lease::result{.holder = std::string{holder},
                                                                    .request = std::move(request),
                                                                    .note = std::move(note),
                                                                    .value = std::move(value)});
}

inline void takes_steps(support::scripted_host& world, int times = 1) {
  for (int i = 0; i < times; ++i) {
    is_held(world, mine, "", "");
  }
}

inline std::vector<std::string> steps_of(const support::scripted_host& world) {
  std::vector<std::string> steps;
  for (const auto& each : world.asked<edge::operation::lease>()) {
    steps.push_back(each.step + (each.step == "complete" ? ':' + each.text : ""));
  }
  return steps;
}

inline std::string id_made(edge::timestamp at, char last = '0') {
  return streams::make_stream_id(at, std::string(9, 'b') + last);
}

} // namespace creations_test
