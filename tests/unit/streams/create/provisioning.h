// One creation against a script.
#pragma once

#include "streams/create/provision.h"
#include "streams/store/keys.h"
#include "support/scripted_providers.h"
#include "unit/streams/create/creations.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace provision_test {

using creations_test::now;
using support::scripted_host;
using texts = std::vector<std::string>;

inline constexpr std::string_view deployment_id = "0123456789abcdef";
inline const std::string id = creations_test::id_made(now);
inline const std::string tag = streams::tag_of("main-" + std::string{deployment_id}, id);

inline const std::string find_inputs = "GET /live_inputs?include_counts=true";
inline const std::string find_live_streams = "GET /live-streams?limit=100&page=1";
inline const std::string delete_input = "DELETE /live_inputs/input";
inline const std::string delete_live_stream = "DELETE /live-streams/live";
inline const std::string outputs = " /live_inputs/input/outputs";
inline const std::string remove_intent = "remove intent/" + id;

// As often as a call is tried.
inline constexpr int most_tries = 4;

// By an encoder into the live input, with a backup.
inline streams::wanted_stream by_encoder() {
  return {.title = "The service",
          .memorial_id = "m1",
          .created_by = "owner",
          .method = streams::streaming_method::obs,
          .identity = streams::stream_identity{.id = id}};
}

inline streams::wanted_stream into_mux() {
  streams::wanted_stream wanted = by_encoder();
  wanted.ingest = streams::ingest_plan::mux;
  return wanted;
}

inline streams::wanted_stream begun_before() {
  streams::wanted_stream wanted = by_encoder();
  wanted.identity = streams::stream_identity{.id = id, .begun_before = true};
  return wanted;
}

struct creation {
  explicit creation(const edge::environment& from = support::settings_with_mux())
      : world(from), with(creations_test::read(from)) {}

  operator scripted_host&() { return world; }

  // The script.
  void begins() {
    support::reads(world, {std::string{deployment_id}});
    support::writes(world);
  }
  void makes_live_stream(const std::string& live_stream = "live", bool is_private = false) {
    world.answers(
        201,
        json::object().set("data", support::live_stream({.id = live_stream, .tag = tag}, is_private)).dump());
  }
  void makes_input(bool is_private = false) {
    support::answers(world, support::live_input("input", tag, is_private));
  }
  void makes_output(const std::string& output = "output", const std::string& feeds = "live") {
    support::answers_output(world, {.id = output, .feeds = feeds});
  }
  void refuses() { world.answers(400, R"({"success":false,"errors":[]})"); }
  void seals() { world.next<edge::operation::seal>("sealed"); }
  void records(int keys = 5) {
    seals();
    support::writes(world, keys);
  }
  // With a backup.
  void succeeds() {
    begins();
    makes_live_stream();
    makes_input();
    makes_output();
    records();
  }
  // The record that could not be stored is removed, with the keys that lead to it.
  void removes_record() { support::removes(world, 5); }

  streams::provisioned_stream provision(streams::wanted_stream wanted = by_encoder()) {
    auto made = world.run(maker.provision(std::move(wanted)));
    REQUIRE(made);
    return *std::move(made);
  }
  streams::provisioning_failure fail(streams::wanted_stream wanted = by_encoder()) {
    auto made = world.run(maker.provision(std::move(wanted)));
    REQUIRE_FALSE(made);
    return made.error();
  }
  void remove_leftovers() { world.run(maker.remove_leftovers()); }

  [[nodiscard]] bool keeps_intent() const {
    return !std::ranges::contains(support::effects_of(world), remove_intent);
  }
  [[nodiscard]] texts calls() const { return support::calls_of(world); }
  [[nodiscard]] texts effects() const { return support::effects_of(world); }

  scripted_host world;
  streams::settings with;
  streams::provisioner maker{world.host(), with};
};

inline texts warnings_of(const streams::stream_record& record) {
  texts codes;
  for (const streams::warning& each : record.warnings) {
    codes.push_back(each.code);
  }
  return codes;
}

// The idempotency keys with which live inputs were made.
inline texts keys_for_input(const creation& what) {
  texts keys;
  for (const edge::operation::fetch& each : what.world.asked<edge::operation::fetch>()) {
    if (each.method == "POST" && each.url.ends_with("/live_inputs")) {
      keys.emplace_back(each.headers.find("idempotency-key").value_or(""));
    }
  }
  return keys;
}

} // namespace provision_test
