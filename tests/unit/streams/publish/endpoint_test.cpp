// streams::publish_endpoint_of: where a browser publishes, and with which token.
#include "streams/publish/endpoint.h"
#include "streams/publish/relay.h"
#include "support/catch.h"
#include "unit/api/calling.h"

#include <chrono>
#include <optional>
#include <string>

namespace endpoint_test {

namespace {

using namespace std::chrono_literals;
using streams::ingest_plan;
using streams::streaming_method;

constexpr edge::timestamp now = support::scripted_host::start;

const streams::relay_settings relay{.urls = {"https://relay.example"},
                                    .token_secret = crypto::secret{std::string(32, 's')},
                                    .credential = crypto::secret{"credential"}};

std::optional<streams::publish_endpoint> endpoint(ingest_plan plan, bool has_relay,
                                                  streaming_method method = streaming_method::whip_browser,
                                                  edge::timestamp since = now) {
  streams::stream_record record = support::quiet_stream();
  record.ingest = plan;
  record.method = method;
  streams::credentials secrets;
  secrets.whip_url = crypto::secret{"https://provider.example/secret"};
  return streams::publish_endpoint_of(record, secrets, has_relay ? std::optional{relay} : std::nullopt, since,
                                      now);
}

} // namespace

TEST_CASE("A browser publishes to Cloudflare at the stream's address, which needs no token") {
  for (const bool has_relay : {false, true}) {
    const auto found = endpoint(ingest_plan::cloudflare, has_relay);
    REQUIRE(found);
    CHECK(found->whip_url.text() == "https://provider.example/secret");
    CHECK(found->bearer.text().empty());
  }
}

TEST_CASE(
    "On a plan with the relay, a browser publishes there with a token of one hour that says since when") {
  for (const ingest_plan plan : {ingest_plan::mux, ingest_plan::relay}) {
    const auto found = endpoint(plan, true, streaming_method::whip_browser, now - 3h);
    REQUIRE(found);
    CHECK(found->whip_url.text() == relay.whip_url(support::stream_id));
    const auto admitted = [&](edge::timestamp at) {
      return streams::admits(relay, found->bearer.text(), support::stream_id, streams::relay_scope::publish,
                             at);
    };
    CHECK((admitted(now) == now - 3h));
    CHECK(admitted(now + 1h - 1s));
    CHECK_FALSE(admitted(now + 1h));
  }
}

TEST_CASE("Without a relay, only the plan mux has an address all the same") {
  const auto at_mux = endpoint(ingest_plan::mux, false);
  REQUIRE(at_mux);
  CHECK(at_mux->whip_url.text() == "https://provider.example/secret");
  CHECK_FALSE(endpoint(ingest_plan::relay, false));
  CHECK_FALSE(endpoint(ingest_plan::livekit, true));
}

TEST_CASE("A browser does not publish a stream that an encoder publishes") {
  for (const ingest_plan plan : {ingest_plan::cloudflare, ingest_plan::mux}) {
    CHECK_FALSE(endpoint(plan, true, streaming_method::obs));
  }
}

} // namespace endpoint_test
