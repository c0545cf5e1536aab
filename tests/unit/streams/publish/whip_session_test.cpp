// streams::whip_session: what a session says about itself, sealed and as facts, and which one is the newest.
#include "crypto/base64.h"
#include "simulation/dice.h"
#include "simulation/model_cipher.h"
#include "streams/publish/whip_session.h"
#include "support/catch.h"
#include "support/scripted_host.h"
#include "support/scripted_store.h"
#include "unit/api/calling.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace session_test {

namespace {

using namespace std::chrono_literals;
using edge::operation::kv_list;
using streams::whip_session;
using support::scripted_host;

constexpr edge::timestamp now = scripted_host::start;

streams::keyring keys(char key = 'k', const std::string& id = "k1") {
  edge::environment from;
  from.set("SEALING_KEYS", id + ":" + crypto::base64url_encode(std::string(32, key)));
  auto read = streams::keyring::read(from);
  REQUIRE(read);
  return *std::move(read);
}

whip_session some_session(const std::string& id = "0123456789abcdef") {
  return {.id = id,
          .begun = now - 1h,
          .url = crypto::secret{"https://provider.example/secret"},
          .by = {.since = now - 2h, .invite = "invite1", .user = "phone"},
          .relay = "https://relay.example"};
}

// Sealed with the model of the cipher.
std::string sealed(const whip_session& what, const streams::keyring& with = keys(),
                   std::string_view stream = support::stream_id) {
  scripted_host first;
  first.next<edge::operation::seal>(std::string{});
  REQUIRE(first.run(streams::seal_session(first.host(), with, stream, what)));
  simulation::dice chance{1};
  scripted_host second;
  second.next<edge::operation::seal>(simulation::seal(first.asked<edge::operation::seal>().front(), chance));
  const auto text = second.run(streams::seal_session(second.host(), with, stream, what));
  REQUIRE(text);
  return *text;
}

// The answer of the model of the cipher to what the task opens, which is the same each time.
template <class Begin>
std::optional<whip_session> opened(Begin begin) {
  scripted_host first;
  support::fails<edge::operation::open>(first, edge::error_kind::not_opened);
  (void)begin(first);
  const auto asked = first.asked<edge::operation::open>();
  if (asked.empty()) {
    return std::nullopt;
  }
  scripted_host second;
  if (auto text = simulation::open(asked.front())) {
    second.next<edge::operation::open>(*std::move(text));
  } else {
    support::fails<edge::operation::open>(second, edge::error_kind::not_opened);
  }
  return begin(second);
}

std::optional<whip_session> open(std::string_view text, const streams::keyring& with = keys(),
                                 std::string_view stream = support::stream_id) {
  return opened(
      [&](scripted_host& world) { return world.run(open_session(world.host(), with, stream, text)); });
}

std::optional<whip_session> newest(const std::vector<streams::change>& facts, const std::string& stored,
                                   const streams::stream_record& stream = support::quiet_stream()) {
  return opened([&](scripted_host& world) {
    std::vector<kv_list::entry> known;
    known.reserve(facts.size());
    for (const streams::change& each : facts) {
      known.push_back({.key = "fact/stream/" + stream.id + '/' + each.id, .metadata = each.to_metadata()});
    }
    support::lists(world, std::move(known));
    support::reads(world, {stored});
    return world.run(newest_session(world.host(), keys(), stream));
  });
}

} // namespace

TEST_CASE("A session begins now, with an id of sixteen hexadecimal digits") {
  scripted_host world;
  const whip_session begun = whip_session::begin(world.host(), crypto::secret{"https://p.example"},
                                                 {.since = now - 1h, .invite = "i"});
  CHECK(begun.id == "6565656565656565");
  CHECK((begun.begun == now));
  CHECK(begun.url.text() == "https://p.example");
  CHECK((begun.by.since == now - 1h && begun.by.invite == "i" && begun.by.user.empty()));
  CHECK(begun.relay.empty());
}

TEST_CASE("The facts of a session name it and its beginning, have keys of their own, and hold no address") {
  const whip_session session = some_session();
  const streams::change begin = session.begin_fact();
  const streams::change end = session.end_fact(now);
  CHECK((begin.kind == streams::change_kind::publishing_begun &&
         end.kind == streams::change_kind::publishing_ended));
  CHECK((begin.at == now - 1h && end.at == now));
  CHECK((begin.session.begun == now - 1h && end.session.begun == now - 1h));
  CHECK((begin.session.id == session.id && end.session.id == session.id));
  CHECK(begin.session.relay == "https://relay.example");
  CHECK(begin.id == "begun0123456789abcdef");
  CHECK(end.id != begin.id);
  CHECK(end.id.ends_with(session.id));
  CHECK_FALSE(begin.to_value().contains("provider.example"));
}

TEST_CASE("A sealed session opens for its stream with its key only, and is a part of a path") {
  const std::string text = sealed(some_session(), keys('k', "k/1"));
  CHECK(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
        text.npos);
  const auto read = open(text, keys('k', "k/1"));
  REQUIRE(read);
  CHECK(read->id == "0123456789abcdef");
  CHECK((read->begun == now - 1h && read->by.since == now - 2h));
  CHECK(read->url.text() == "https://provider.example/secret");
  CHECK((read->by.invite == "invite1" && read->by.user == "phone"));
  CHECK(read->relay == "https://relay.example");
  CHECK_FALSE(open(text, keys('k', "k/1"), "0zy1kq3m9v0c8r5t2w4x6abcde"));
  CHECK_FALSE(open(text, keys('o', "k/1")));
  CHECK_FALSE(open(text, keys('k', "k2")));
  CHECK_FALSE(open("not base 64!"));
  CHECK_FALSE(open(""));
}

TEST_CASE("What the keys sealed for another field is no session") {
  scripted_host world;
  world.next<edge::operation::seal>(std::string{});
  REQUIRE(world.run(
      keys().seal(world.host(), support::stream_id, "credentials", R"({"id":"a","begun":1,"url":"u"})")));
  simulation::dice chance{1};
  const std::string text = simulation::seal(world.asked<edge::operation::seal>().front(), chance);
  CHECK_FALSE(open(crypto::base64url_encode("k1:" + crypto::base64url_encode(text))));
}

TEST_CASE(
    "A session of an older version has the right since its beginning, and one without a part is refused") {
  const auto read = [](std::string text) {
    scripted_host world;
    world.next<edge::operation::open>(std::move(text));
    return world.run(
        open_session(world.host(), keys(), support::stream_id, crypto::base64url_encode("k1:c2VhbGVk")));
  };
  const auto old = read(R"({"id":"a","begun":7000000,"url":"https://p.example"})");
  REQUIRE(old);
  CHECK((old->by.since == edge::from_microseconds(7000000)));
  CHECK((old->by.invite.empty() && old->by.user.empty() && old->relay.empty()));
  for (const char* text :
       {R"({"begun":7,"url":"u"})", R"({"id":"a","url":"u"})", R"({"id":"a","begun":7})", "", "[]"}) {
    CHECK_FALSE(read(text));
  }
}

TEST_CASE("The newest session of a stream is read by its fact, unless the phone has ended it") {
  const whip_session before = some_session("aaaaaaaaaaaaaaaa");
  whip_session after = some_session("bbbbbbbbbbbbbbbb");
  after.begun = now - 30min;
  const auto found = newest({before.begin_fact(), after.begin_fact()}, sealed(after));
  REQUIRE(found);
  CHECK(found->id == after.id);
  CHECK_FALSE(newest({before.begin_fact(), after.begin_fact(), after.end_fact(now)}, sealed(after)));
  CHECK(newest({before.begin_fact(), after.begin_fact(), before.end_fact(now)}, sealed(after)));
  CHECK_FALSE(newest({}, sealed(after)));
  CHECK_FALSE(newest({after.begin_fact()}, ""));

  scripted_host world;
  support::lists(world, {{.key = "fact/stream/x/f", .metadata = after.begin_fact().to_metadata()}});
  support::reads(world, {""});
  (void)world.run(newest_session(world.host(), keys(), support::quiet_stream()));
  CHECK(
      world.asked<edge::operation::kv_get>().front().keys ==
      std::vector<std::string>{"fact/stream/" + std::string{support::stream_id} + "/begunbbbbbbbbbbbbbbbb"});
}

TEST_CASE("The newest session that the record knows counts when the facts cannot be read") {
  streams::stream_record stream = support::quiet_stream();
  stream.broadcasts.fold(some_session().begin_fact());
  const auto found = opened([&](scripted_host& world) {
    support::fails<kv_list>(world);
    support::reads(world, {sealed(some_session())});
    return world.run(newest_session(world.host(), keys(), stream));
  });
  REQUIRE(found);
  CHECK(found->id == some_session().id);
}

} // namespace session_test
