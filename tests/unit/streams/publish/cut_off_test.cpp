// streams::cut_off: who loses the connection, where, and who goes on.
#include "crypto/base64.h"
#include "json/writer.h"
#include "streams/publish/cut_off.h"
#include "streams/publish/relay.h"
#include "streams/publish/whip_session.h"
#include "support/catch.h"
#include "support/facts.h"
#include "support/scripted_host.h"
#include "support/scripted_store.h"
#include "unit/api/calling.h"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace cut_off_test {

namespace {

using namespace std::chrono_literals;
using edge::operation::fetch;
using support::scripted_host;
using texts = std::vector<std::string>;

constexpr edge::timestamp now = scripted_host::start;
// The order is carried out late, as one that is repeated is.
constexpr edge::timestamp ordered = now - 3min;

const std::string id{support::stream_id};
const std::string end_session = "DELETE https://provider.example/session";

std::string order_to(const std::string& relay) { return "DELETE https://" + relay + ".example/whip/" + id; }

struct published {
  explicit published(const edge::environment& from = support::api_settings()) : world(from) {
    const auto read = streams::settings::read(from);
    REQUIRE(read);
    with = *read;
  }

  // A session through our proxy, by somebody with a right since then.
  void has_session(edge::timestamp since) {
    const streams::whip_session session{.id = "0123456789abcdef", .begun = now - 1h, .url = {}, .by = {}};
    support::lists(world,
                   {{.key = "fact/stream/" + id + "/f", .metadata = session.begin_fact().to_metadata()}});
    support::reads(world, {crypto::base64url_encode("k1:c2VhbGVk")});
    world.next<edge::operation::open>(json::object()
                                          .set("id", session.id)
                                          .set("begun", edge::to_microseconds(session.begun))
                                          .set("url", "https://provider.example/session")
                                          .set("since", edge::to_microseconds(since))
                                          .dump());
  }
  edge::status cut_off() { return world.run(streams::cut_off(world.host(), with, stream, ordered)); }
  [[nodiscard]] texts calls() const { return support::calls_of(world); }

  scripted_host world;
  streams::settings with;
  streams::stream_record stream = support::quiet_stream();
};

// With three relays, of which the phone publishes at the second one.
struct relayed : published {
  relayed() : published(with_relays()) {
    stream.ingest = streams::ingest_plan::relay;
    stream.broadcasts.fold(support::session_begun(0, "a", "https://two.example"));
  }

  static edge::environment with_relays() {
    edge::environment all = support::settings_with_relay();
    all.set("RELAY_URLS", "https://one.example https://two.example https://three.example");
    return all;
  }
};

} // namespace

TEST_CASE("A session is ended at the provider if its right is from before the order, and goes on if it is "
          "from after it") {
  const auto calls_for = [](edge::timestamp since) {
    published what;
    what.has_session(since);
    if (since <= ordered) {
      what.world.answers(200);
    }
    CHECK(what.cut_off());
    return what.calls();
  };
  CHECK(calls_for(ordered - 1h) == texts{end_session});
  CHECK(calls_for(ordered) == texts{end_session});
  CHECK(calls_for(ordered + 1us).empty());
  CHECK(calls_for(now - 1s).empty());
}

TEST_CASE("At LiveKit, too, a session with a right from after the order goes on") {
  edge::environment from = support::settings_with_mux();
  from.set("LIVEKIT_URL", "https://example.livekit.cloud");
  from.set("LIVEKIT_API_KEY", "key");
  from.set("LIVEKIT_API_SECRET", std::string(32, 's'));
  const auto calls_for = [&](edge::timestamp since) {
    published what{from};
    what.stream.ingest = streams::ingest_plan::livekit;
    what.has_session(since);
    if (since <= ordered) {
      what.world.answers(200, R"({"items":[]})");
    }
    CHECK(what.cut_off());
    return what.calls().size();
  };
  CHECK(calls_for(ordered) == 1);
  CHECK(calls_for(ordered + 1us) == 0);
}

TEST_CASE("A relay is told up to when a right is over, for a minute") {
  relayed what;
  for (int relays = 0; relays < 3; ++relays) {
    what.world.answers(200);
  }
  CHECK(what.cut_off());
  for (const fetch& each : what.world.asked<fetch>()) {
    const std::string token{each.headers.find("authorization").value_or("").substr(7)};
    const auto admitted = [&](edge::timestamp at) {
      return admits(*what.with.relay, token, id, streams::relay_scope::close, at);
    };
    CHECK((admitted(now) == ordered));
    CHECK(admitted(now + 1min - 1s));
    CHECK_FALSE(admitted(now + 1min));
  }
}

TEST_CASE("All relays are told, and only the answer of the one where the phone publishes matters") {
  for (const bool is_done : {true, false}) {
    relayed what;
    what.world.answers(is_done ? 200 : 503);
    what.world.answers(is_done ? 503 : 200);
    what.world.answers(is_done ? 503 : 200);
    CHECK(what.cut_off().has_value() == is_done);
    CHECK(what.calls() == texts{order_to("two"), order_to("one"), order_to("three")});
  }
}

TEST_CASE(
    "A session that the provider does not know any more has ended, and any other refusal is a failure") {
  const auto is_ended = [](int status) {
    published what;
    what.has_session(ordered);
    what.world.answers(status);
    return what.cut_off().has_value();
  };
  for (const int status : {200, 204, 404, 405, 410}) {
    CHECK(is_ended(status));
  }
  for (const int status : {400, 403, 500}) {
    CHECK_FALSE(is_ended(status));
  }
}

TEST_CASE("Where nobody publishes by WHIP, there is nothing to cut off") {
  published of_encoder;
  of_encoder.stream.method = streams::streaming_method::obs;
  CHECK(of_encoder.cut_off());
  CHECK(of_encoder.world.asked().empty());

  published quiet;
  support::lists(quiet.world);
  CHECK(quiet.cut_off());
  CHECK(quiet.calls().empty());
}

} // namespace cut_off_test
