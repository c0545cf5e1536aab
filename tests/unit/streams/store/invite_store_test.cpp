// streams::invite, its token, and invite_store.
#include "crypto/base64.h"
#include "crypto/jwt.h"
#include "json/writer.h"
#include "streams/store/invite_store.h"
#include "support/catch.h"
#include "support/scripted_store.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace invite_test {

namespace {

using namespace std::chrono_literals;
using edge::operation::kv_put;
using streams::invite;
using streams::invite_purpose;
using streams::invite_refusal;
using streams::keyring;
using support::scripted_host;

constexpr edge::timestamp now = scripted_host::start;

std::string sealing_key(char letter) {
  return std::string{letter} + ":" + crypto::base64url_encode(std::string(32, letter));
}

keyring ring(const std::string& keys) {
  edge::environment from;
  from.set("SEALING_KEYS", keys);
  auto read = keyring::read(from);
  REQUIRE(read);
  return *std::move(read);
}

invite lasting(std::chrono::microseconds left, invite_purpose purpose = invite_purpose::publish) {
  return {.id = "invite1", .name = "Aunt Ada's phone", .purpose = purpose, .expires_at = now + left};
}

std::optional<invite_refusal> refusal(const keyring& keys, std::string_view token, edge::timestamp at = now) {
  const auto read = streams::read_invite(keys, token, at);
  return read ? std::nullopt : std::optional{read.error()};
}

// A token with these claims, signed with the key that invites are signed with.
std::string signed_by_ring(const keyring& keys, const json::object& claims) {
  return crypto::sign_hs256(claims.dump(), keys.derived_for("whip-mux invites 1").front()).value_or("");
}

json::object claims_of_invite() {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  json::object claims;
  claims.set("sub", "stream1").set("exp", static_cast<std::int64_t>(seconds) + 60);
  return claims;
}

} // namespace

TEST_CASE("An invite holds until it expires or is revoked") {
  invite one = lasting(1h);
  CHECK(one.holds(now));
  CHECK(one.holds(now + 1h - 1us));
  CHECK_FALSE(one.holds(now + 1h));
  one.revoked_at = now;
  CHECK_FALSE(one.holds(now));
}

TEST_CASE("A purpose has a name, and no other text names one") {
  CHECK(name_of(invite_purpose::publish) == "publish");
  CHECK(name_of(invite_purpose::watch) == "watch");
  CHECK(streams::invite_purpose_named("publish") == invite_purpose::publish);
  CHECK(streams::invite_purpose_named("watch") == invite_purpose::watch);
  CHECK_FALSE(streams::invite_purpose_named("own"));
  CHECK_FALSE(streams::invite_purpose_named(std::nullopt));
}

TEST_CASE("An invite survives a round trip, and one without an id or an expiry is refused") {
  invite before = lasting(1h, invite_purpose::watch);
  before.revoked_at = now + 1s;
  const auto after = invite::from_metadata(before.to_text());
  REQUIRE(after);
  CHECK((after->id == before.id && after->name == before.name && after->purpose == before.purpose));
  CHECK((after->expires_at == before.expires_at && after->revoked_at == before.revoked_at));
  invite plain = lasting(1h);
  plain.name.reset();
  const auto read = invite::from_text(plain.to_text());
  CHECK((read && !read->name && !read->revoked_at && read->purpose == invite_purpose::publish));
  for (const char* text : {"", "{}", R"({"id":"a"})", R"({"expiresAt":1})", R"({"id":1,"expiresAt":1})"}) {
    CHECK_FALSE(invite::from_text(text));
  }
}

TEST_CASE("An invite's token names its stream, its invite and its purpose, and expires to the second") {
  const keyring keys = ring(sealing_key('k'));
  for (const invite_purpose purpose : {invite_purpose::publish, invite_purpose::watch}) {
    const std::string token = sign_invite(keys, "stream1", lasting(1h, purpose), now);
    const auto read = streams::read_invite(keys, token, now + 1h - 1s);
    REQUIRE(read);
    CHECK((read->stream_id == "stream1" && read->invite_id == "invite1" && read->purpose == purpose));
    CHECK((refusal(keys, token, now + 1h) == invite_refusal::expired));
  }
}

TEST_CASE("An invite is signed with the first key, and holds while its key is in the ring") {
  const keyring before = ring(sealing_key('o'));
  const keyring during = ring(sealing_key('n') + ',' + sealing_key('o'));
  const keyring after = ring(sealing_key('n'));
  const std::string old = sign_invite(before, "stream1", lasting(1h), now);
  const std::string fresh = sign_invite(during, "stream1", lasting(1h), now);
  CHECK_FALSE(refusal(during, old));
  CHECK_FALSE(refusal(after, fresh));
  CHECK((refusal(after, old) == invite_refusal::not_an_invite));
  CHECK((refusal(before, fresh) == invite_refusal::not_an_invite));
}

TEST_CASE("The key of invites signs nothing else: not the sealing key, and not another purpose's") {
  const keyring keys = ring(sealing_key('k'));
  const std::string good = signed_by_ring(keys, claims_of_invite()
                                                    .set("iss", "whip-mux")
                                                    .set("aud", "whip-mux-invite")
                                                    .set("jti", "invite1")
                                                    .set("scope", "publish"));
  CHECK_FALSE(refusal(keys, good));
  const std::string claims =
      crypto::base64url_decode(good.substr(good.find('.') + 1, good.rfind('.') - good.find('.') - 1))
          .value_or("");
  for (const crypto::secret& key :
       {crypto::secret{std::string(32, 'k')}, keys.derived_for("whip-mux invites 2").front()}) {
    const auto other = crypto::sign_hs256(claims, key);
    REQUIRE(other);
    CHECK((refusal(keys, *other) == invite_refusal::not_an_invite));
  }
}

TEST_CASE("A token of another issuer, audience or scope, or without an id, is no invite") {
  const keyring keys = ring(sealing_key('k'));
  struct variant {
    std::string_view issuer = "whip-mux";
    std::string_view audience = "whip-mux-invite";
    std::optional<std::string_view> id = "invite1";
    std::optional<std::string_view> scope = "publish";
  };
  const auto token_of = [&](const variant& how) {
    return signed_by_ring(keys, claims_of_invite()
                                    .set("iss", how.issuer)
                                    .set("aud", how.audience)
                                    .set_if("jti", how.id)
                                    .set_if("scope", how.scope));
  };
  CHECK_FALSE(refusal(keys, token_of({})));
  for (const variant& each : {variant{.issuer = "other"}, variant{.audience = "relay"}, variant{.id = {}},
                              variant{.scope = {}}, variant{.scope = "own"}}) {
    CHECK((refusal(keys, token_of(each)) == invite_refusal::not_an_invite));
  }
  CHECK((refusal(keys, "") == invite_refusal::not_an_invite));
}

TEST_CASE("An invite is stored for as long as it holds, and never for less than KV's shortest expiry") {
  const auto expiry = [](std::chrono::microseconds left) {
    scripted_host world;
    support::writes(world);
    CHECK(world.run(streams::invite_store{{world.host(), world.soon()}}.put("stream1", lasting(left))));
    const kv_put written = world.asked<kv_put>().front();
    CHECK(written.key == "invite/stream1/invite1");
    CHECK(written.value == lasting(left).to_text());
    CHECK(written.metadata == written.value);
    return written.expiry;
  };
  CHECK((expiry(1h) == 1h));
  CHECK((expiry(1h + 1us) == 1h + 1s));
  CHECK((expiry(60s) == 60s));
  CHECK((expiry(59s) == 60s));
  CHECK((expiry(-1h) == 60s));
}

TEST_CASE("An invite is read by its stream and its id; one that is missing or unreadable does not exist") {
  scripted_host world;
  support::reads(world, {lasting(1h).to_text()});
  support::reads(world, {""});
  support::reads(world, {"{}"});
  support::fails<edge::operation::kv_get>(world);
  streams::invite_store from{{world.host(), world.soon()}};
  const auto read = world.run(from.get("stream1", "invite1"));
  CHECK((read && *read && (*read)->id == "invite1"));
  const auto missing = world.run(from.get("stream1", "invite1"));
  CHECK((missing && !*missing));
  const auto unreadable = world.run(from.get("stream1", "invite1"));
  CHECK((unreadable && !*unreadable));
  CHECK_FALSE(world.run(from.get("stream1", "invite1")));
  CHECK(world.asked<edge::operation::kv_get>().front().keys ==
        std::vector<std::string>{"invite/stream1/invite1"});
}

TEST_CASE("A stream's invites are listed by their metadata, from every page, the revoked ones too") {
  invite revoked = lasting(1h);
  revoked.id = "invite2";
  revoked.revoked_at = now;
  scripted_host world;
  support::lists(world,
                 {{.key = "invite/stream1/invite1", .metadata = lasting(1h).to_text()},
                  {.key = "invite/stream1/x", .metadata = "unreadable"}},
                 "more");
  support::lists(world, {{.key = "invite/stream1/invite2", .metadata = revoked.to_text()}});
  const auto all = world.run(streams::invite_store{{world.host(), world.soon()}}.list("stream1"));
  REQUIRE((all && all->size() == 2));
  CHECK((all->front().id == "invite1" && all->back().id == "invite2"));
  CHECK(all->back().revoked_at == now);
  CHECK(world.asked<edge::operation::kv_list>().front().prefix == "invite/stream1/");
}

} // namespace invite_test
