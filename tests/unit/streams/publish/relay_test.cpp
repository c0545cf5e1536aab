// streams::choose_relay, and the tokens for relays: what they let their bearer do, where, and for how long.
#include "crypto/jwt.h"
#include "json/writer.h"
#include "streams/publish/relay.h"
#include "support/catch.h"
#include "support/facts.h"
#include "unit/api/calling.h"

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace relay_test {

namespace {

using namespace std::chrono_literals;
using streams::relay_scope;
using support::scripted_host;
using urls = std::vector<std::string>;
using enum relay_scope;

constexpr edge::timestamp issued = scripted_host::start;
constexpr std::array every_scope{publish, watch, close};

streams::relay_settings relays(urls all = {"https://one.example"}) {
  return {.urls = std::move(all),
          .token_secret = crypto::secret{std::string(32, 's')},
          .credential = crypto::secret{"credential"}};
}

std::string token(relay_scope scope, edge::timestamp from = issued,
                  std::string_view stream = support::stream_id) {
  return std::string{streams::make_relay_token(relays(), stream, scope, from, from + 1h).text()};
}

std::optional<edge::timestamp> admitted(std::string_view with, relay_scope wanted,
                                        edge::timestamp at = issued,
                                        std::string_view stream = support::stream_id,
                                        const streams::relay_settings& by = relays()) {
  return streams::admits(by, with, stream, wanted, at);
}

// Who signed what, with the secret that the relays share.
std::string signed_claims(std::string_view issuer, std::string_view audience) {
  const auto now = std::chrono::floor<std::chrono::seconds>(issued.time_since_epoch()).count();
  const std::string claims = json::object()
                                 .set("iss", issuer)
                                 .set("aud", audience)
                                 .set("sub", support::stream_id)
                                 .set("scope", "publish")
                                 .set("iat", static_cast<std::int64_t>(now))
                                 .set("exp", static_cast<std::int64_t>(now) + 60)
                                 .dump();
  return crypto::sign_hs256(claims, relays().token_secret).value_or("");
}

streams::stream_record of_relay(const std::string& used = {}) {
  streams::stream_record record = support::quiet_stream();
  record.ingest = streams::ingest_plan::mux;
  if (!used.empty()) {
    record.broadcasts.fold(support::session_begun(0, "a", used));
  }
  return record;
}

// The relay that is left after these answers, and how many were asked.
std::pair<urls, std::size_t> chosen(const std::vector<int>& answers, const urls& among,
                                    const streams::stream_record& stream, std::string_view before = {}) {
  const auto read = streams::settings::read(support::api_settings());
  REQUIRE(read);
  streams::settings with = *read;
  with.relay = relays(among);
  scripted_host world;
  for (const int each : answers) {
    if (each == 0) {
      world.fails(edge::error_kind::timeout);
    } else {
      world.answers(each);
    }
  }
  world.run(streams::choose_relay(world.host(), with, stream, before));
  return {with.relay->urls, world.asked().size()};
}

const urls three{"https://one.example", "https://two.example", "https://three.example"};

std::string own(const urls& among) { return relays(among).url_for(support::stream_id); }

urls without(urls all, const std::string& one) {
  std::erase(all, one);
  return all;
}

} // namespace

TEST_CASE("A token for a relay gives one right to one stream") {
  for (const relay_scope given : every_scope) {
    for (const relay_scope wanted : every_scope) {
      CHECK(admitted(token(given), wanted).has_value() == (given == wanted));
    }
    CHECK_FALSE(admitted(token(given), given, issued, "0zy1kq3m9v0c8r5t2w4x6abcde"));
  }
}

TEST_CASE("A token for a relay says when it was issued, and holds until it expires") {
  CHECK((admitted(token(publish), publish) == issued));
  CHECK(admitted(token(publish), publish, issued + 1h - 1s));
  CHECK_FALSE(admitted(token(publish), publish, issued + 1h));
  // The clocks of relays may be behind by half a minute.
  CHECK(admitted(token(publish), publish, issued - 30s));
  CHECK_FALSE(admitted(token(publish), publish, issued - 31s));
}

TEST_CASE("A token with another key, issuer or audience admits nobody to a relay") {
  streams::relay_settings others = relays();
  others.token_secret = crypto::secret{std::string(32, 'o')};
  CHECK_FALSE(admitted(token(publish), publish, issued, support::stream_id, others));
  CHECK(admitted(signed_claims("whip-mux", "relay"), publish));
  CHECK_FALSE(admitted(signed_claims("other", "relay"), publish));
  CHECK_FALSE(admitted(signed_claims("whip-mux", "whip-mux-invite"), publish));
  CHECK_FALSE(admitted("", publish));
}

TEST_CASE("A token to watch is the same for five minutes, and holds for an hour after them") {
  const edge::timestamp begin{issued.time_since_epoch() - issued.time_since_epoch() % 5min};
  const auto at = [](edge::timestamp now) {
    return std::string{streams::make_watch_token(relays(), support::stream_id, now).text()};
  };
  CHECK(at(begin) == at(begin + 5min - 1us));
  CHECK(at(begin) != at(begin + 5min));
  CHECK((admitted(at(begin + 5min - 1us), watch, begin + 65min - 1s) == begin));
  CHECK_FALSE(admitted(at(begin + 5min - 1us), watch, begin + 65min));
  CHECK_FALSE(admitted(at(begin), publish, begin));
}

TEST_CASE("A stream uses its own relay, if that answers or there is no other") {
  CHECK(chosen({200}, three, of_relay()) == std::pair{urls{own(three)}, std::size_t{1}});
  CHECK(chosen({404}, three, of_relay()) == std::pair{urls{own(three)}, std::size_t{1}});
  CHECK(chosen({}, {three.front()}, of_relay()) == std::pair{urls{three.front()}, std::size_t{0}});
}

TEST_CASE("A relay that drains or does not answer is passed over, up to three of them") {
  const urls two = without(three, own(three));
  for (const int answer : {500, 503, 0}) {
    CHECK(chosen({answer, 200}, three, of_relay()) == std::pair{urls{own(two)}, std::size_t{2}});
  }
  const urls last = without(two, own(two));
  CHECK(chosen({503, 503}, three, of_relay()) == std::pair{last, std::size_t{2}});
  const urls five{"https://one.example", "https://two.example", "https://three.example",
                  "https://four.example", "https://five.example"};
  CHECK(chosen({503, 503, 503}, five, of_relay()).second == 3);
}

TEST_CASE("A session that goes on stays at its relay, and so does a new one of the stream, if that is in the "
          "list") {
  for (const std::string& each : three) {
    CHECK(chosen({200}, three, of_relay(), each).first == urls{each});
    CHECK(chosen({200}, three, of_relay(each)).first == urls{each});
    CHECK(chosen({200}, three, of_relay(three.front()), each).first == urls{each});
  }
  CHECK(chosen({200}, three, of_relay("https://gone.example")).first == urls{own(three)});
}

TEST_CASE("A stream that needs no relay asks none") {
  streams::stream_record other = support::quiet_stream();
  CHECK(chosen({}, three, other) == std::pair{three, std::size_t{0}});
  streams::stream_record of_encoder = of_relay();
  of_encoder.method = streams::streaming_method::obs;
  CHECK(chosen({}, three, of_encoder) == std::pair{three, std::size_t{0}});
}

} // namespace relay_test
