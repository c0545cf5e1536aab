// One real broadcast from published Mux webhooks: the same state in any order, duplicated, and after a round
// trip through metadata.
#include "mux/webhook.h"
#include "simulation/dice.h"
#include "streams/model/broadcast_state.h"
#include "support/catch.h"
#include "support/vectors.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace {

using streams::broadcast_state;
using streams::recording_source;

std::vector<mux::fact> recorded_facts(const std::string& vectors) {
  const std::string folder = vectors + "/webhooks/mux";
  std::vector<mux::fact> facts;
  for (const std::string& name : support::names_in(folder)) {
    if (!name.starts_with("recorded-")) {
      continue;
    }
    const auto said = mux::read_event(support::read_file(std::string{folder}.append("/").append(name)));
    INFO(name);
    REQUIRE(said);
    REQUIRE(*said);
    facts.push_back(**said);
  }
  REQUIRE(facts.size() == 8);
  return facts;
}

broadcast_state folded(const std::vector<mux::fact>& facts) {
  broadcast_state state;
  for (const mux::fact& each : facts) {
    state.fold(each);
  }
  return state;
}

} // namespace

TEST_CASE("A published broadcast ends in one finished recording, in any order and duplicated") {
  const auto folder = support::vectors_folder();
  if (!folder) {
    return;
  }
  const std::vector<mux::fact> facts = recorded_facts(*folder);
  const broadcast_state state = folded(facts);
  const std::string text = state.to_json().dump();

  REQUIRE(state.recordings().size() == 1);
  const streams::recording* whole = state.newest_ready(recording_source::mux);
  REQUIRE(whole);
  CHECK(whole->id == "OGDoCxGloyo1pDSHvuh6OGq4w7qYA19900K9cldCgrXM");
  CHECK(whole->playback.value() == "rqNernfGonhdV9nLpBmyn100ynaoQoBTUzAOxUDNtHUo");
  CHECK(whole->duration.value() == edge::milliseconds{14043});
  CHECK(name_of(state.status(facts.back().at + std::chrono::seconds{1})) == "completed");

  simulation::dice chance{8};
  for (int run = 0; run < 1000; ++run) {
    std::vector<mux::fact> shuffled = facts;
    shuffled.insert(shuffled.end(), facts.begin(), facts.end());
    chance.shuffle(shuffled);
    REQUIRE(folded(shuffled).to_json().dump() == text);
  }
}

TEST_CASE("A published broadcast reaches the same state after a round trip through metadata") {
  const auto folder = support::vectors_folder();
  if (!folder) {
    return;
  }
  const std::vector<mux::fact> facts = recorded_facts(*folder);
  std::vector<mux::fact> kept;
  for (const mux::fact& each : facts) {
    const auto read = mux::fact::from_metadata(each.to_metadata());
    REQUIRE(read);
    kept.push_back(*read);
  }
  CHECK(folded(kept).to_json().dump() == folded(facts).to_json().dump());
}

TEST_CASE("A published broadcast is live from active to idle") {
  const auto folder = support::vectors_folder();
  if (!folder) {
    return;
  }
  broadcast_state state;
  std::string statuses;
  for (const mux::fact& each : recorded_facts(*folder)) {
    state.fold(each);
    statuses.append(name_of(each.kind)).append(" ").append(name_of(state.status(each.at))).append("; ");
  }
  // Files are named by second and then by kind, which is not the order of arrival.
  CHECK(statuses == "stream_connected ready; asset_created ready; stream_recording ready; "
                    "asset_ready ready; stream_active live; stream_disconnected live; "
                    "stream_idle completed; asset_completed completed; ");
}
