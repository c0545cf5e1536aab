// streams::broadcast_state of a WHIP session through our proxy: live from the start that we recorded until an
// end from any source, and never forever.
#include "json/reader.h"
#include "streams/model/broadcast_state.h"
#include "support/catch.h"
#include "support/facts.h"

#include <string>
#include <variant>
#include <vector>

namespace {

using namespace support;
using enum mux::fact_kind;
using enum cloudflare::fact_kind;
using streams::broadcast_state;

constexpr double hours = 3600;

} // namespace

TEST_CASE("A session through our proxy is live until its publisher ends it, without any webhook") {
  std::vector<any_fact> facts{session_begun(10)};
  CHECK(status(facts, 11) == "live");
  CHECK((state_of(facts).live_since(second(11)) == second(10)));
  facts.emplace_back(session_ended(10, "a", 70));
  CHECK(status(facts, 71) == "completed");
  CHECK_FALSE(state_of(facts).live_since(second(71)));
  CHECK(status({session_ended(10, "a", 70)}, 71) == "completed");
}

TEST_CASE("A session without an end is over after twelve hours") {
  CHECK(status({session_begun(0)}, 12 * hours - 1) == "live");
  CHECK(status({session_begun(0)}, 12 * hours) == "completed");
}

TEST_CASE("The newest session counts: late facts about an earlier one end nothing") {
  std::vector<any_fact> facts{session_begun(0, "a"), session_begun(30, "b"), session_ended(0, "a", 32)};
  CHECK(status(facts, 40) == "live");
  CHECK((state_of(facts).live_since(second(40)) == second(30)));
  facts.emplace_back(session_ended(30, "b", 90));
  CHECK(status(facts, 91) == "completed");
}

TEST_CASE("If Cloudflare reports the session, its disconnection ends what the phone left open") {
  std::vector<any_fact> facts{session_begun(10), of_input(input_connected, 12)};
  CHECK(status(facts, 13 * hours) == "live");
  facts.emplace_back(of_input(input_disconnected, 100));
  CHECK(status(facts, 159) == "live");
  CHECK(status(facts, 160) == "completed");
  facts.emplace_back(of_input(input_connected, 140));
  CHECK(status(facts, 170) == "live");
}

TEST_CASE("The phone's own end overrides Cloudflare's facts at once") {
  std::vector<any_fact> facts{session_begun(10), of_input(input_connected, 12), session_ended(10, "a", 70)};
  CHECK(status(facts, 71) == "completed");
  facts.emplace_back(of_input(input_disconnected, 100));
  CHECK(status(facts, 101) == "completed");
  facts.emplace_back(of_input(input_connected, 200));
  CHECK(status(facts, 201) == "live");
}

TEST_CASE("The end of a session does not end an encoder that was there before it") {
  CHECK(status({of_input(input_connected, 0), session_begun(100), session_ended(100, "a", 101)}, 110) ==
        "live");
}

TEST_CASE("A late disconnection of an earlier publisher ends nothing; one after the session's start does") {
  std::vector<any_fact> facts{of_input(input_connected, 0), session_begun(100),
                              of_input(input_disconnected, 120)};
  CHECK(status(facts, 1000) == "live");
  facts.emplace_back(of_input(input_disconnected, 200));
  CHECK(status(facts, 1000) == "completed");
}

TEST_CASE("A session into Mux ends with the broadcast there") {
  std::vector<any_fact> facts{of_live_stream(stream_idle, 5), session_begun(10),
                              of_live_stream(stream_active, 20)};
  CHECK(status(facts, 30) == "live");
  facts.emplace_back(of_live_stream(stream_idle, 90));
  CHECK(status(facts, 91) == "completed");
}

TEST_CASE("A session's recording is awaited for a while after the last fact") {
  const auto ended = state_of({session_begun(0), session_ended(0, "a", 60)});
  CHECK(ended.awaits_recording(streams::recording_source::cloudflare, second(61)));
  CHECK_FALSE(ended.awaits_recording(streams::recording_source::cloudflare, second(60 + 300)));
}

TEST_CASE("A session survives a round trip through a record, and other changes do not mention it") {
  for (const auto& facts : {std::vector<any_fact>{session_begun(10)},
                            std::vector<any_fact>{session_begun(10, "a", "https://relay.example")},
                            std::vector<any_fact>{session_begun(10), session_ended(10, "a", 20)}}) {
    const broadcast_state state = state_of(facts);
    const auto written = json::document::parse(state.to_json().dump());
    REQUIRE(written);
    CHECK((broadcast_state::from_json(written->root()) == state));
  }
  const auto rotated = streams::change::only(streams::change_kind::rotated, second(30));
  CHECK((state_of({session_begun(10), rotated}) == state_of({session_begun(10)})));
}

TEST_CASE("A stop and the stream's end end a session at once, although Mux still waits for the phone") {
  for (const auto kind : {streams::change_kind::stopped, streams::change_kind::ended}) {
    std::vector<any_fact> facts{session_begun(10), of_input(input_connected, 12),
                                of_live_stream(stream_active, 25)};
    CHECK(status(facts, 69) == "live");
    facts.emplace_back(streams::change::only(kind, second(70)));
    CHECK(status(facts, 71) == "completed");
    CHECK_FALSE(state_of(facts).live_at(streams::recording_source::mux, second(71)));
    const auto written = json::document::parse(state_of(facts).to_json().dump());
    REQUIRE(written);
    CHECK((broadcast_state::from_json(written->root()) == state_of(facts)));
    // Who is still allowed to begins again.
    facts.emplace_back(session_begun(90, "b"));
    CHECK(status(facts, 91) == "live");
  }
}

TEST_CASE("A phone that ends the broadcast is not live at Mux any more, which waits for it to come back") {
  CHECK(status({session_begun(10), of_live_stream(stream_active, 25), session_ended(10, "a", 70)}, 71) ==
        "completed");
}

TEST_CASE("A stop does not end what an encoder sends") {
  const auto stopped = streams::change::only(streams::change_kind::stopped, second(70));
  CHECK(status({of_input(input_connected, 12), stopped}, 71) == "live");
}

TEST_CASE("The relay of the newest session is known until the phone ends it") {
  const auto at_two = session_begun(30, "b", "https://two.example");
  CHECK(state_of({at_two, session_begun(10, "a", "https://one.example")}).relay_of_session() ==
        "https://two.example");
  CHECK(streams::change::from_metadata(at_two.to_metadata()) == at_two);
  CHECK(state_of({at_two, session_ended(30, "b", 40)}).relay_of_session().empty());
  CHECK((state_of({session_ended(30, "b", 40), at_two}) == state_of({at_two, session_ended(30, "b", 40)})));
  CHECK(state_of({session_begun(10)}).relay_of_session().empty());
  CHECK(broadcast_state{}.relay_of_session().empty());
}

TEST_CASE("The newest session can be cut off unless the phone has ended it") {
  CHECK(state_of({session_begun(10), session_begun(30, "b")}).newest_session() == "b");
  CHECK_FALSE(state_of({session_begun(10), session_ended(10, "a", 20)}).newest_session());
  CHECK_FALSE(broadcast_state{}.newest_session());
}
