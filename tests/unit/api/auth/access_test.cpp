// api::access::require: who may do what with a stream.
#include "api/auth/access.h"
#include "streams/store/invite_store.h"
#include "support/catch.h"
#include "unit/api/calling.h"

#include <array>
#include <optional>
#include <string>

namespace {

using api::right;
using support::scripted_host;

constexpr std::array every_right{right::watch,  right::publish, right::monitor,
                                 right::manage, right::remove,  right::own};

const streams::memorial memorial{.owner = "family", .videographers = {"filmer"}};

streams::stream_record of_memorial() {
  streams::stream_record record = support::quiet_stream();
  record.memorial_id = "m1";
  return record;
}

streams::stream_record private_one(streams::stream_record record = support::quiet_stream()) {
  record.visibility = streams::visibility::private_stream;
  return record;
}

// The status of the refusal, or 200.
int outcome(scripted_host& world, right wanted, const std::string& authorization) {
  edge::context request = support::request_for(world, {.authorization = authorization});
  const auto stream = world.run(api::access::require(request, wanted));
  return stream ? 200 : stream.error().status;
}

int of_user(right wanted, const std::string& subject, const streams::stream_record& record) {
  scripted_host world{support::api_settings()};
  support::stores(world, record);
  support::stores(world, memorial.to_text());
  return outcome(world, wanted, subject.empty() ? "" : support::bearer_of(subject));
}

struct invited {
  streams::invite_purpose purpose = streams::invite_purpose::publish;
  std::string to{support::stream_id};
  bool revoked = false;
  bool expired = false;
};

int of_invited(right wanted, const invited& how, const streams::stream_record& record) {
  scripted_host world{support::api_settings()};
  const auto keys = streams::keyring::read(support::api_settings());
  REQUIRE(keys);
  streams::invite invite{.id = how.to,
                         .name = {},
                         .purpose = how.purpose,
                         .expires_at = scripted_host::start + std::chrono::hours{how.expired ? -1 : 1}};
  const std::string token =
      streams::sign_invite(*keys, how.to, invite, scripted_host::start - std::chrono::hours{2});
  if (how.revoked) {
    invite.revoked_at = scripted_host::start;
  }
  support::stores(world, record);
  support::stores(world, invite.to_text());
  return outcome(world, wanted, "Bearer " + token);
}

} // namespace

TEST_CASE("The creator of a stream has every right") {
  for (const right each : every_right) {
    CHECK(of_user(each, "owner", support::quiet_stream()) == 200);
  }
}

TEST_CASE("A user that the memorial admits has every right") {
  for (const right each : every_right) {
    for (const char* subject : {"family", "filmer"}) {
      CHECK(of_user(each, subject, of_memorial()) == 200);
    }
  }
}

TEST_CASE("An admin may manage every stream, but neither publish to it nor see its credentials") {
  for (const right each : {right::watch, right::monitor, right::manage, right::remove}) {
    CHECK(of_user(each, "admin", support::quiet_stream()) == 200);
  }
  for (const right each : {right::publish, right::own}) {
    CHECK(of_user(each, "admin", support::quiet_stream()) == 403);
  }
}

TEST_CASE("A stranger may watch a public stream, and does not learn that any other exists") {
  for (const right each : every_right) {
    CHECK(of_user(each, "stranger", support::quiet_stream()) == (each == right::watch ? 200 : 404));
    CHECK(of_user(each, "stranger", of_memorial()) == (each == right::watch ? 200 : 404));
    CHECK(of_user(each, "stranger", private_one()) == 404);
  }
}

TEST_CASE("Without a token, only public streams can be watched") {
  CHECK(of_user(right::watch, "", support::quiet_stream()) == 200);
  CHECK(of_user(right::watch, "", private_one()) == 404);
  for (const right each : {right::publish, right::monitor, right::manage, right::remove, right::own}) {
    CHECK(of_user(each, "", support::quiet_stream()) == 401);
  }
}

TEST_CASE("A token that is not accepted does not tell a private stream from a missing one") {
  scripted_host with_private{support::api_settings()};
  support::stores(with_private, private_one());
  scripted_host without{support::api_settings()};
  without.next<edge::operation::kv_get>(edge::operation::kv_get::result(4));
  CHECK(outcome(with_private, right::watch, "Bearer bogus") == 401);
  CHECK(outcome(without, right::watch, "Bearer bogus") == 401);
  scripted_host anonymous{support::api_settings()};
  anonymous.next<edge::operation::kv_get>(edge::operation::kv_get::result(4));
  CHECK(outcome(anonymous, right::watch, "") == 404);
}

TEST_CASE("An invite gives the right that it is for, to its stream only, while it holds") {
  using enum streams::invite_purpose;
  const std::string other = "0zy1kq3m9v0c8r5t2w4x6abcde";
  for (const right each : {right::publish, right::monitor}) {
    CHECK(of_invited(each, {.purpose = publish}, support::quiet_stream()) == 200);
    CHECK(of_invited(each, {.purpose = watch}, support::quiet_stream()) == 401);
    CHECK(of_invited(each, {.purpose = publish, .to = other}, support::quiet_stream()) == 404);
    CHECK(of_invited(each, {.purpose = publish, .revoked = true}, support::quiet_stream()) == 401);
    CHECK(of_invited(each, {.purpose = publish, .expired = true}, support::quiet_stream()) == 401);
  }
  // It admits to watch a private stream, for which only the signing keys are missing here.
  for (const streams::invite_purpose each : {publish, watch}) {
    CHECK(of_invited(right::watch, {.purpose = each}, private_one()) == 503);
    CHECK(of_invited(right::watch, {.purpose = each, .to = other}, private_one()) == 404);
    CHECK(of_invited(right::watch, {.purpose = each, .revoked = true}, private_one()) == 401);
    CHECK(of_invited(right::watch, {.purpose = each, .expired = true}, private_one()) == 401);
    CHECK(of_invited(right::watch, {.purpose = each, .revoked = true}, support::quiet_stream()) == 200);
  }
  for (const right each : {right::manage, right::remove, right::own}) {
    CHECK(of_invited(each, {.purpose = publish}, support::quiet_stream()) == 401);
  }
}

TEST_CASE("To watch or to monitor, one key is read; for any other right, the credentials with it") {
  for (const right each : every_right) {
    scripted_host world{support::api_settings()};
    support::stores(world, support::quiet_stream());
    CHECK(outcome(world, each, support::bearer_of("owner")) == 200);
    const auto reads = world.asked<edge::operation::kv_get>();
    REQUIRE(reads.size() == 1);
    const bool record_only = each == right::watch || each == right::monitor;
    CHECK(reads.front().keys.size() == (record_only ? 1 : 6));
    CHECK(reads.front().keys.front() == "stream/" + std::string{support::stream_id});
    CHECK(world.asked().size() == 1);
  }
}

TEST_CASE("A text that is no stream's id is never looked up") {
  scripted_host world{support::api_settings()};
  edge::context request = support::request_for(
      world, {.authorization = support::bearer_of("owner"), .parameters = {"../intent"}});
  const auto stream = world.run(api::access::require(request, right::manage));
  CHECK((!stream && stream.error().status == 404));
  CHECK(world.asked().empty());
}

TEST_CASE("A store that fails is a 503, and so are settings that cannot be used") {
  scripted_host world{support::api_settings()};
  world.next<edge::operation::kv_get>(std::unexpected(edge::error{.kind = edge::error_kind::unavailable}));
  CHECK(outcome(world, right::manage, support::bearer_of("owner")) == 503);
  edge::environment bad = support::api_settings();
  bad.set("MAX_OPEN_STREAMS", "many");
  scripted_host unusable{std::move(bad)};
  CHECK(outcome(unusable, right::manage, support::bearer_of("owner")) == 503);
  CHECK(unusable.asked().empty());
}
