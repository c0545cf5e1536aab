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

int of_memorial_fails(const std::optional<edge::operation::kv_get::result>& memorial_read) {
  scripted_host world{support::api_settings()};
  support::stores(world, of_memorial());
  if (memorial_read) {
    world.next<edge::operation::kv_get>(*memorial_read);
  } else {
    world.next<edge::operation::kv_get>(std::unexpected(edge::error{.kind = edge::error_kind::unavailable}));
  }
  return outcome(world, right::manage, support::bearer_of("owner"));
}

// What the request does after its answer.
std::size_t work_afterwards(const streams::stream_record& record, const std::string& sealed, right wanted,
                            const std::string& subject = "owner") {
  scripted_host world{support::api_settings()};
  world.next<edge::operation::kv_get>(
      edge::operation::kv_get::result{{.found = true, .value = record.to_text()},
                                      {.found = !sealed.empty(), .value = sealed},
                                      {},
                                      {},
                                      {},
                                      {}});
  edge::context request = support::request_for(world, {.authorization = support::bearer_of(subject)});
  [[maybe_unused]] const auto answered = world.run(api::access::require(request, wanted));
  return request.afterwards.size();
}

streams::stream_record deleted_one() {
  streams::stream_record record = support::quiet_stream();
  record.desired.fold(streams::change::only(streams::change_kind::deleted, scripted_host::start));
  return record;
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

TEST_CASE("A known memorial decides about its stream, and of those it does not admit only an admin keeps "
          "their own") {
  for (const right each : every_right) {
    // "owner" made it, and the memorial admits the family and a filmer.
    CHECK(of_user(each, "owner", of_memorial()) == (each == right::watch ? 200 : 404));
    streams::stream_record of_admin = of_memorial();
    of_admin.created_by = "admin";
    CHECK(of_user(each, "admin", of_admin) == 200);
  }
  CHECK(of_user(right::own, "admin", of_memorial()) == 403);
}

TEST_CASE("While its memorial is unknown, a stream is its creator's; one that cannot be read is a 503") {
  CHECK(of_memorial_fails(edge::operation::kv_get::result{{}}) == 200);
  CHECK(of_memorial_fails(edge::operation::kv_get::result{{.found = true, .value = "{}"}}) == 503);
  CHECK(of_memorial_fails(std::nullopt) == 503);
}

TEST_CASE("A deleted stream is found only to remove it, and is removed again if a fold has written it") {
  for (const right each : every_right) {
    CHECK(of_user(each, "owner", deleted_one()) == (each == right::remove ? 200 : 404));
    const bool repairs = each == right::publish || each == right::manage || each == right::own;
    CHECK(work_afterwards(deleted_one(), "", each) == (repairs ? 1 : 0));
  }
}

TEST_CASE("Credentials that an older key sealed are sealed anew after the answer, of streams that are not "
          "deleted") {
  CHECK(work_afterwards(support::quiet_stream(), "k0:c2VhbGVk", right::own) == 1);
  CHECK(work_afterwards(support::quiet_stream(), "k1:c2VhbGVk", right::own) == 0);
  CHECK(work_afterwards(support::quiet_stream(), "", right::own) == 0);
  CHECK(work_afterwards(deleted_one(), "k0:c2VhbGVk", right::remove) == 0);
  CHECK(work_afterwards(support::quiet_stream(), "k0:c2VhbGVk", right::manage, "admin") == 0);
}

TEST_CASE("An invite that cannot be read, or is not stored any more, admits nobody") {
  for (const int expected : {401, 503}) {
    scripted_host world{support::api_settings()};
    const auto keys = streams::keyring::read(support::api_settings());
    REQUIRE(keys);
    const streams::invite invite{
        .id = "invite1", .name = {}, .expires_at = scripted_host::start + std::chrono::hours{1}};
    const std::string token = streams::sign_invite(*keys, support::stream_id, invite, scripted_host::start);
    support::stores(world, support::quiet_stream());
    if (expected == 503) {
      world.next<edge::operation::kv_get>(
          std::unexpected(edge::error{.kind = edge::error_kind::unavailable}));
    } else {
      support::stores(world, "");
    }
    CHECK(outcome(world, right::publish, "Bearer " + token) == expected);
  }
}

TEST_CASE(
    "The bearer of an invite that expired or was revoked is told so, and that its sender can make another") {
  for (const bool is_revoked : {false, true}) {
    scripted_host world{support::api_settings()};
    const auto keys = streams::keyring::read(support::api_settings());
    REQUIRE(keys);
    streams::invite invite{.id = "invite1",
                           .name = {},
                           .expires_at = scripted_host::start + std::chrono::hours{is_revoked ? 1 : 0}};
    const std::string token = streams::sign_invite(*keys, support::stream_id, invite, scripted_host::start);
    if (is_revoked) {
      invite.revoked_at = scripted_host::start;
      support::stores(world, support::quiet_stream());
      support::stores(world, invite.to_text());
    }
    edge::context request = support::request_for(world, {.authorization = "Bearer " + token});
    const auto stream = world.run(api::access::require(request, right::publish));
    REQUIRE_FALSE(stream);
    CHECK(stream.error().type == "invite-refused");
  }
}

TEST_CASE("Who uses an invite is named as the invite is") {
  scripted_host world{support::api_settings()};
  const auto keys = streams::keyring::read(support::api_settings());
  REQUIRE(keys);
  const streams::invite invite{
      .id = "invite1", .name = "Aunt Ada", .expires_at = scripted_host::start + std::chrono::hours{1}};
  support::stores(world, support::quiet_stream());
  support::stores(world, invite.to_text());
  edge::context request = support::request_for(
      world, {.authorization =
                  "Bearer " + streams::sign_invite(*keys, support::stream_id, invite, scripted_host::start)});
  const auto stream = world.run(api::access::require(request, right::publish));
  REQUIRE(stream);
  CHECK(request.caller == "Aunt Ada");
  CHECK((stream->invite && stream->invite->id == "invite1"));
  CHECK_FALSE(stream->owned);
  CHECK_FALSE(stream->user);
  CHECK(world.asked<edge::operation::kv_get>().back().keys ==
        std::vector<std::string>{"invite/" + std::string{support::stream_id} + "/invite1"});
}

TEST_CASE("Users that a known memorial admits may stream for it, and admins, and anyone for an unknown one") {
  const auto status = [](const std::string& stored, const std::string& subject, bool is_admin = false) {
    scripted_host world;
    support::stores(world, stored);
    streams::store store{world.host(), world.soon()};
    const api::caller user{.subject = subject, .admin = is_admin};
    const auto found = world.run(api::access::memorial_for(store, user, "m1"));
    if (!found) {
      return found.error().status;
    }
    return *found ? 200 : 204;
  };
  CHECK(status(memorial.to_text(), "filmer") == 200);
  CHECK(status(memorial.to_text(), "stranger") == 403);
  CHECK(status(memorial.to_text(), "stranger", true) == 200);
  CHECK(status("", "stranger") == 204);
  CHECK(status("{}", "family") == 503);
}
