// streams::end_stream: what is ended at each provider, in which order, and when that counts as done.
#include "streams/manage/end_stream.h"
#include "support/catch.h"
#include "unit/streams/manage/managed.h"

#include <chrono>
#include <string>

namespace end_test {

namespace {

using namespace manage_test;
using edge::operation::kv_put;
using namespace std::chrono_literals;

const std::string disable_input = "POST /live_inputs/input/disable";
const std::string switch_output = "PUT /live_inputs/input/outputs/output";
const std::string complete = "PUT /live-streams/live/complete";
const std::string closed = fact + "closed";
const std::string cut_off = "DELETE https://relay.example/whip/" + id;

edge::status end(managed& what) {
  return what.world.run(end_stream(what.world.host(), what.with, what.stream, what.deadline()));
}

void ends_at_cloudflare(managed& what) {
  support::deletes(what);
  support::answers_output(what, {.id = "output", .feeds = "live", .enabled = false});
}

void ends_at_mux(managed& what) { support::deletes(what, true); }

// A phone publishes to it through the relay.
struct published : managed {
  published() : managed(support::settings_with_relay()) {
    stream.ingest = streams::ingest_plan::relay;
    asks({.id = "begun",
          .kind = streams::change_kind::publishing_begun,
          .at = now - 1min,
          .session = {.id = "session", .begun = now - 1min, .relay = "https://relay.example"}});
  }
};

} // namespace

TEST_CASE("A stream ends at Cloudflare before it ends at Mux, and then that is stored") {
  managed what;
  ends_at_cloudflare(what);
  ends_at_mux(what);
  support::writes(what);
  CHECK(end(what));
  CHECK(what.effects() == texts{disable_input, switch_output, complete, closed});
  CHECK(what.stream.desired.closed());
}

TEST_CASE("Where Mux is the ingest, its live stream is disabled and not only completed") {
  managed what;
  what.is_at_mux_alone();
  ends_at_mux(what);
  support::writes(what);
  CHECK(end(what));
  CHECK(what.effects() == texts{"PUT /live-streams/live/disable", closed});
}

TEST_CASE("A stream without a backup ends at Cloudflare alone, and so does one whose Mux is not in the "
          "settings any more") {
  managed alone;
  alone.stream.mux.reset();
  support::deletes(alone);
  support::writes(alone);
  CHECK(end(alone));
  CHECK(alone.effects() == texts{disable_input, closed});

  managed without_mux{support::api_settings()};
  ends_at_cloudflare(without_mux);
  support::writes(without_mux);
  CHECK(end(without_mux));
  CHECK(without_mux.effects() == texts{disable_input, switch_output, closed});
}

TEST_CASE("An object that is gone has ended") {
  managed what;
  for (int calls = 0; calls < 3; ++calls) {
    support::finds_nothing(what);
  }
  support::writes(what);
  CHECK(end(what));
  CHECK(what.effects() == texts{disable_input, switch_output, complete, closed});
}

TEST_CASE("After a failure at Cloudflare, Mux goes on, and nothing says that the stream is closed") {
  for (const bool is_disabled : {false, true}) {
    managed what;
    if (is_disabled) {
      support::deletes(what);
    }
    support::refuses(what);
    const edge::status ended = end(what);
    CHECK((!ended && ended.error().kind == edge::error_kind::unauthorized));
    CHECK(what.effects() == (is_disabled ? texts{disable_input, switch_output} : texts{disable_input}));
    CHECK_FALSE(what.stream.desired.closed());
  }
}

TEST_CASE("After a failure at Mux, nothing says that the stream is closed") {
  managed what;
  ends_at_cloudflare(what);
  support::refuses(what);
  CHECK_FALSE(end(what));
  CHECK(what.effects() == texts{disable_input, switch_output, complete});
  CHECK_FALSE(what.stream.desired.closed());
}

TEST_CASE("A failure that may pass is tried again at its own provider alone") {
  managed what;
  what.world.answers(503);
  ends_at_cloudflare(what);
  what.world.fails(edge::error_kind::network);
  ends_at_mux(what);
  support::writes(what);
  CHECK(end(what));
  CHECK(what.effects() == texts{disable_input, disable_input, switch_output, complete, complete, closed});
}

TEST_CASE("What could not be stored as closed is not closed, and no failure") {
  managed what;
  ends_at_cloudflare(what);
  ends_at_mux(what);
  support::fails<kv_put>(what, edge::error_kind::rejected);
  CHECK(end(what));
  CHECK_FALSE(what.stream.desired.closed());
}

TEST_CASE("A phone that publishes is cut off before its ingest is disabled") {
  published what;
  what.world.answers(200);
  ends_at_cloudflare(what);
  ends_at_mux(what);
  support::writes(what);
  CHECK(end(what));
  CHECK(what.effects() == texts{cut_off, disable_input, switch_output, complete, closed});
}

TEST_CASE("A phone that could not be cut off loses its ingest all the same, and the end is not complete") {
  published what;
  what.world.answers(503);
  ends_at_cloudflare(what);
  ends_at_mux(what);
  CHECK_FALSE(end(what));
  CHECK(what.effects() == texts{cut_off, disable_input, switch_output, complete});
  CHECK_FALSE(what.stream.desired.closed());
}

} // namespace end_test
