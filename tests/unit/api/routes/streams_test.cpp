// The handlers that show, change, switch and delete streams.
#include "json/reader.h"
#include "streams/model/change.h"
#include "support/catch.h"
#include "unit/api/calling.h"

#include <algorithm>
#include <string>
#include <variant>

namespace api {
edge::task<edge::result<>> get_stream(edge::context& request);
edge::task<edge::result<>> list_streams(edge::context& request);
edge::task<edge::result<>> change_stream(edge::context& request);
edge::task<edge::result<>> set_simulcast(edge::context& request);
edge::task<edge::result<>> delete_stream(edge::context& request);
} // namespace api

namespace {

using edge::operation::kv_list;
using edge::operation::kv_put;
using support::scripted_host;

edge::result<> ask(scripted_host& world, edge::task<edge::result<>> (*handler)(edge::context&),
                   const support::call& what) {
  edge::context request = support::request_for(world, what);
  return world.run(handler(request));
}

support::call by(const std::string& subject, const std::string& method = "GET",
                 const std::string& path = "/") {
  return {.method = method, .path = path, .authorization = support::bearer_of(subject)};
}

edge::error unavailable() { return {.kind = edge::error_kind::unavailable, .what = "scripted"}; }

int listed(scripted_host& world, const std::string& query) {
  const auto answer = ask(world, api::list_streams, by("owner", "GET", "/api/streams" + query));
  return answer ? answer->status : answer.error().status;
}

} // namespace

TEST_CASE("A new title is stored as a pending change, as a fact and in the record before it is shown") {
  scripted_host world{support::api_settings()};
  support::stores(world, support::quiet_stream());
  world.next<edge::operation::read_body>(R"({"title":"Another"})");
  world.next<kv_put>(std::monostate{});
  world.next<kv_put>(std::monostate{});
  support::saves_a_fold(world);
  const auto answer = ask(world, api::change_stream, by("admin", "PATCH"));
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->body.contains(R"("title":"Another")"));
  const auto written = world.asked<kv_put>();
  REQUIRE(written.size() == 3);
  CHECK(written[0].key.starts_with("intent/" + std::string{support::stream_id} + '/'));
  CHECK(written[1].key.starts_with("fact/stream/" + std::string{support::stream_id} + '/'));
  const auto stored = streams::change::from_metadata(written[1].metadata);
  CHECK((stored && stored->title == "Another"));
  CHECK(written[2].key == "stream/" + std::string{support::stream_id});
  CHECK(written[2].value.contains("Another"));
}

TEST_CASE("A new title counts even if its fold is not written: the pending change stays for the schedule") {
  scripted_host world{support::api_settings()};
  support::stores(world, support::quiet_stream());
  world.next<edge::operation::read_body>(R"({"title":"Another"})");
  world.next<kv_put>(std::monostate{});
  world.next<kv_put>(std::monostate{});
  for (int tries = 0; tries < 4; ++tries) {
    world.next<kv_list>(kv_list::result{});
    world.next<kv_put>(std::unexpected(unavailable()));
  }
  const auto answer = ask(world, api::change_stream, by("admin", "PATCH"));
  REQUIRE(answer);
  CHECK(answer->body.contains(R"("title":"Another")"));
  CHECK(world.asked<edge::operation::kv_remove>().empty());
}

TEST_CASE("A new title that cannot be stored is a 503") {
  for (const bool pending_is_stored : {false, true}) {
    scripted_host world{support::api_settings()};
    support::stores(world, support::quiet_stream());
    world.next<edge::operation::read_body>(R"({"title":"Another"})");
    if (pending_is_stored) {
      world.next<kv_put>(std::monostate{});
    }
    for (int tries = 0; tries < 4; ++tries) {
      world.next<kv_put>(std::unexpected(unavailable()));
    }
    const auto answer = ask(world, api::change_stream, by("admin", "PATCH"));
    CHECK((!answer && answer.error().status == 503));
  }
}

TEST_CASE("The owner sees the credentials, and an admin does not") {
  scripted_host of_admin{support::api_settings()};
  support::stores(of_admin, support::quiet_stream());
  const auto shown = ask(of_admin, api::get_stream, by("admin"));
  REQUIRE(shown);
  CHECK(shown->body.contains(R"("whipUrl":null)"));
  CHECK(of_admin.asked<edge::operation::open>().empty());

  scripted_host of_owner{support::api_settings()};
  support::stores(of_owner, support::quiet_stream());
  of_owner.next<edge::operation::open>(R"({"whipUrl":"https://c.example/secret/webRTC/publish"})");
  const auto own = ask(of_owner, api::get_stream, by("owner"));
  REQUIRE(own);
  CHECK(own->body.contains("https://c.example/secret/webRTC/publish"));
}

TEST_CASE("A stream without a backup cannot switch it, and nothing is stored") {
  scripted_host world{support::api_settings()};
  support::stores(world, support::quiet_stream());
  world.next<edge::operation::read_body>(R"({"enabled":true})");
  const auto answer = ask(world, api::set_simulcast, by("owner", "PUT"));
  CHECK((!answer && answer.error().type == "no-backup"));
  CHECK(world.asked<kv_put>().empty());
}

TEST_CASE("Whether recordings are deleted is true or false, and nothing else deletes anything") {
  scripted_host world{support::api_settings()};
  support::stores(world, support::quiet_stream());
  const auto answer = ask(world, api::delete_stream, by("owner", "DELETE", "/x?recordings=yes"));
  CHECK((!answer && answer.error().status == 400));
  CHECK(world.asked<kv_put>().empty());
}

TEST_CASE("A list with a cursor survives one failure of the store") {
  scripted_host world{support::api_settings()};
  world.next<kv_list>(std::unexpected(unavailable()));
  world.next<kv_list>(kv_list::result{});
  CHECK(listed(world, "?cursor=abc") == 200);
}

TEST_CASE("A cursor is refused only while the store works without it") {
  scripted_host refusing{support::api_settings()};
  refusing.next<kv_list>(std::unexpected(unavailable()));
  refusing.next<kv_list>(std::unexpected(unavailable()));
  refusing.next<kv_list>(kv_list::result{});
  CHECK(listed(refusing, "?cursor=abc") == 400);
  CHECK(refusing.asked<kv_list>().back().cursor.empty());

  scripted_host broken{support::api_settings()};
  for (int tries = 0; tries < 3; ++tries) {
    broken.next<kv_list>(std::unexpected(unavailable()));
  }
  CHECK(listed(broken, "?cursor=abc") == 503);
}
