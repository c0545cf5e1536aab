// Joins of latest, recording and broadcast_state, and the fold: order and repetition do not matter.
#include "json/reader.h"
#include "mux/fact.h"
#include "simulation/dice.h"
#include "streams/model/broadcast_state.h"
#include "streams/model/recording.h"
#include "streams/model/registers.h"
#include "support/catch.h"
#include "support/facts.h"

#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace {

using simulation::dice;
using streams::broadcast_state;
using streams::latest;
using streams::recording;
using support::any_fact;
using support::state_of;

template <class T>
T joined(T left, const T& right) {
  left.join(right);
  return left;
}

// Few values and few times, so that most of them collide.
latest<int> random_latest(dice& chance) {
  latest<int> made;
  if (!chance.one_in(4)) {
    made.join(support::second(chance.below(3)), static_cast<int>(chance.below(3)));
  }
  return made;
}

recording random_recording(dice& chance) {
  recording made{
      .source = streams::recording_source::mux, .id = "a", .playback = {}, .duration = {}, .end = {}};
  if (chance.one_in(2)) {
    made.playback.join(support::second(chance.below(3)), chance.text(1, "ab"));
  }
  if (chance.one_in(2)) {
    made.duration.join(support::second(chance.below(3)), edge::milliseconds{chance.below(3) * 1000 + 500});
  }
  if (chance.one_in(2)) {
    made.end.join(support::second(chance.below(3)),
                  static_cast<streams::recording_state>(1 + chance.below(3)));
  }
  if (chance.one_in(2)) {
    made.file.join(support::second(chance.below(3)), chance.text(1, "ab"));
  }
  if (chance.one_in(4)) {
    made.removed.join(support::second(chance.below(3)), chance.one_in(2));
  }
  made.begun = support::second(chance.below(3));
  return made;
}

any_fact random_fact(dice& chance) {
  const double at = chance.below(40) * 0.5;
  const std::string id = chance.text(1, "abc");
  if (chance.one_in(10)) {
    const auto source =
        chance.one_in(2) ? streams::recording_source::mux : streams::recording_source::cloudflare;
    return streams::change::of(
        streams::made_file{.source = source, .recording_id = id, .file = chance.text(1, "ab")},
        support::second(at));
  }
  if (chance.one_in(10)) {
    const auto source =
        chance.one_in(2) ? streams::recording_source::mux : streams::recording_source::cloudflare;
    return streams::change::of(
        streams::removed_recording{.source = source, .recording_id = id, .is_done = chance.one_in(2)},
        support::second(at));
  }
  if (chance.one_in(5)) {
    // Two of the sessions began at the same time.
    const double begun = id == "a" ? 3 : 7;
    return chance.one_in(2) ? support::session_begun(begun, id) : support::session_ended(begun, id, at);
  }
  if (chance.one_in(2)) {
    auto said = support::of_live_stream(static_cast<mux::fact_kind>(chance.below(13)), at);
    if (is_about_asset(said.kind) || chance.one_in(3)) {
      said.asset_id = id;
    }
    if (chance.one_in(2)) {
      said.playback = {.id = "p" + id, .policy = mux::playback_policy::public_playback};
    }
    if (chance.one_in(2)) {
      said.is_live = chance.one_in(2);
    }
    if (chance.one_in(2)) {
      said.duration = edge::milliseconds{chance.below(20) * 250};
    }
    if (chance.one_in(4)) {
      said.started_at = support::second(chance.below(40));
    }
    return said;
  }
  const auto kind = static_cast<cloudflare::fact_kind>(chance.below(6));
  if (kind >= cloudflare::fact_kind::input_connected) {
    return support::of_input(kind, at, chance.one_in(2) ? std::optional{"ERR_" + id} : std::nullopt);
  }
  return support::of_video(kind, at, id, chance.below(40), chance.below(20) * 0.25);
}

std::vector<any_fact> random_facts(dice& chance, std::size_t most) {
  std::vector<any_fact> facts;
  for (std::size_t left = chance.below(static_cast<std::uint32_t>(most)); left > 0; --left) {
    facts.push_back(random_fact(chance));
  }
  return facts;
}

template <class T>
void check_join(const T& a, const T& b, const T& c) {
  CHECK((joined(a, b) == joined(b, a)));
  CHECK((joined(joined(a, b), c) == joined(a, joined(b, c))));
  CHECK((joined(a, a) == a));
  CHECK((joined(joined(a, b), b) == joined(a, b)));
}

} // namespace

TEST_CASE("The later of two values wins, and of two at the same time the greater") {
  latest<int> value;
  CHECK_FALSE(value.known());
  value.join(support::second(1), 5);
  value.join(support::second(0), 9);
  CHECK(value.value() == 5);
  value.join(support::second(1), 4);
  CHECK(value.value() == 5);
  value.join(support::second(1), 6);
  CHECK(value.value() == 6);
  value.join(support::second(2), 0);
  CHECK(value.value() == 0);
}

TEST_CASE("Joining values, recordings and states is commutative, associative and idempotent") {
  dice chance{1};
  for (int run = 0; run < 1000; ++run) {
    check_join(random_latest(chance), random_latest(chance), random_latest(chance));
    check_join(random_recording(chance), random_recording(chance), random_recording(chance));
    check_join(state_of(random_facts(chance, 8)), state_of(random_facts(chance, 8)),
               state_of(random_facts(chance, 8)));
  }
}

TEST_CASE("Facts in any order, any number of times, fold to the same state") {
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    INFO("seed " << seed);
    dice chance{seed};
    std::vector<any_fact> facts = random_facts(chance, 20);
    const std::string once = state_of(facts).to_json().dump();
    for (std::size_t more = chance.below(10); more > 0 && !facts.empty(); --more) {
      facts.push_back(facts[chance.below(static_cast<std::uint32_t>(facts.size()))]);
    }
    chance.shuffle(facts);
    CHECK(state_of(facts).to_json().dump() == once);
  }
}

TEST_CASE("Facts that are folded separately and joined produce the state of all of them") {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    INFO("seed " << seed);
    dice chance{seed};
    std::vector<any_fact> left = random_facts(chance, 12);
    const std::vector<any_fact> right = random_facts(chance, 12);
    const broadcast_state apart = joined(state_of(left), state_of(right));
    left.insert(left.end(), right.begin(), right.end());
    CHECK((apart == state_of(left)));
  }
}

TEST_CASE("A state survives a round trip through a record") {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    INFO("seed " << seed);
    dice chance{seed};
    const broadcast_state state = state_of(random_facts(chance, 20));
    const auto text = json::document::parse(state.to_json().dump());
    REQUIRE(text);
    const auto read = broadcast_state::from_json(text->root());
    REQUIRE(read);
    CHECK((*read == state));
  }
}

TEST_CASE("An invalid state is refused") {
  for (const char* text : {"null", "[]", "1", R"({"recordings":[1]})", R"({"recordings":[{}]})",
                           R"({"recordings":[{"source":"youtube","id":"a","begun":1}]})"}) {
    const auto parsed = json::document::parse(text);
    REQUIRE(parsed);
    INFO(text);
    CHECK_FALSE(broadcast_state::from_json(parsed->root()));
  }
}
