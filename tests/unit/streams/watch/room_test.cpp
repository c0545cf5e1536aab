// What a room is told of a stream.
#include "cloudflare/fact.h"
#include "json/reader.h"
#include "json/writer.h"
#include "streams/watch/room.h"
#include "streams/watch/stream_view.h"
#include "support/catch.h"
#include "unit/api/calling.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace {

using edge::operation::room;
using support::scripted_host;
using namespace std::chrono_literals;

edge::environment with_rooms() {
  edge::environment settings = support::api_settings();
  settings.set("ROOMS", std::string{edge::environment::bound});
  return settings;
}

edge::task<bool> told(edge::host& host, const streams::stream_record& stream) {
  co_await streams::tell_room(host, stream);
  co_return true;
}

edge::task<bool> told_by_time(edge::host& host, const streams::stream_record& stream) {
  co_await streams::tell_what_time_changed(host, stream, 6min);
  co_return true;
}

streams::stream_record renamed(std::string title) {
  streams::stream_record stream = support::quiet_stream();
  stream.desired.fold({.id = "a",
                       .kind = streams::change_kind::renamed,
                       .at = scripted_host::start,
                       .title = std::move(title)});
  stream.folded_at = scripted_host::start + 1ms;
  return stream;
}

} // namespace

TEST_CASE("A room is told what each role sees, and when that was folded") {
  scripted_host world{with_rooms()};
  world.next<room>(true);
  CHECK(world.run(told(world.host(), renamed("Another"))));
  const auto news = world.asked<room>();
  REQUIRE(news.size() == 1);
  CHECK(news[0].name == support::stream_id);
  CHECK(news[0].version == edge::to_microseconds(scripted_host::start + 1ms));
  CHECK_FALSE(news[0].live);
  CHECK(news[0].code == 0);
  CHECK(news[0].tags.empty());
  std::vector<std::pair<std::string, std::string>> members;
  for (const auto& [role, text] : news[0].messages) {
    const auto message = json::document::parse(text);
    REQUIRE(message);
    for (const char* member : {"playback", "status", "stream"}) {
      if (message->root()[member]["title"].text_or_empty() == "Another") {
        members.emplace_back(role, member);
      }
    }
  }
  CHECK(members == std::vector<std::pair<std::string, std::string>>{
                       {"publisher", "status"}, {"owner", "stream"}, {"viewer", "playback"}});
}

TEST_CASE(
    "A publisher's page hears what the person in front of the camera needs, and only an owner's the rest") {
  scripted_host world{with_rooms()};
  world.next<room>(true);
  streams::stream_record stream = renamed("Another");
  stream.memorial_id = "memorial-7";
  CHECK(world.run(told(world.host(), stream)));
  REQUIRE(world.asked<room>().size() == 1);
  const auto said = world.asked<room>().front().messages;
  REQUIRE(said.size() == 3);
  CHECK(said[0].first == "publisher");
  CHECK(said[0].second ==
        json::object().set("status", streams::status_view_of(stream, world.host().now())).dump());
  CHECK(said[1].first == "owner");
  CHECK(said[1].second == json::object().set("stream", streams::view_of(stream, world.host())).dump());
  for (const char* members : {"memorialId", "createdBy", "cloudflareInputId", "playbackUrl"}) {
    CHECK_FALSE(said[0].second.contains(members));
    CHECK(said[1].second.contains(members));
  }
}

TEST_CASE("A room that fails fails nothing else") {
  scripted_host world{with_rooms()};
  world.next<room>(std::unexpected(edge::error{.kind = edge::error_kind::timeout}));
  CHECK(world.run(told(world.host(), renamed("Another"))));
}

TEST_CASE("Without the binding nobody is told") {
  scripted_host world{support::api_settings()};
  CHECK(world.run(told(world.host(), renamed("Another"))));
  CHECK(world.asked().empty());
}

TEST_CASE("The room of a deleted stream closes") {
  scripted_host world{with_rooms()};
  world.next<room>(true);
  streams::stream_record stream = support::quiet_stream();
  stream.desired.fold(streams::change::only(streams::change_kind::deleted, scripted_host::start));
  CHECK(world.run(told(world.host(), stream)));
  const auto news = world.asked<room>();
  REQUIRE(news.size() == 1);
  CHECK(news[0].code == streams::stream_is_gone);
  CHECK(news[0].closing.empty());
  CHECK(news[0].messages.empty());
}

TEST_CASE("Viewers of a private stream are told nothing if its playback cannot be signed") {
  scripted_host world{with_rooms()};
  world.next<room>(true);
  streams::stream_record stream = support::quiet_stream();
  stream.visibility = streams::visibility::private_stream;
  CHECK(world.run(told(world.host(), stream)));
  const auto news = world.asked<room>();
  REQUIRE(news.size() == 1);
  CHECK(news[0].messages.size() == 2);
}

TEST_CASE("A record keeps when it was folded; an older one was folded when it was created") {
  const streams::stream_record stream = renamed("Another");
  const auto again = streams::stream_record::from_text(stream.to_text());
  REQUIRE(again);
  CHECK(again->folded_at == stream.folded_at);
  std::string older = stream.to_text();
  const std::string member = ",\"foldedAt\":" + std::to_string(edge::to_microseconds(stream.folded_at));
  REQUIRE(older.contains(member));
  older.erase(older.find(member), member.size());
  const auto old = streams::stream_record::from_text(older);
  REQUIRE(old);
  CHECK(old->folded_at == old->created_at);
}

TEST_CASE("What time alone changes is told, and foreseen: an encoder does not come back") {
  const auto now = scripted_host::start;
  const auto lost_since = [&](std::chrono::seconds ago) {
    const auto of_input = [&](cloudflare::fact_kind kind, edge::timestamp at) {
      return cloudflare::fact{.event_id = "e", .kind = kind, .at = at, .live_input_id = "input"};
    };
    streams::stream_record stream = support::quiet_stream();
    stream.broadcasts.fold(of_input(cloudflare::fact_kind::input_connected, now - ago - 10min));
    stream.broadcasts.fold(of_input(cloudflare::fact_kind::input_disconnected, now - ago));
    return stream;
  };
  const auto next = streams::next_look(lost_since(0s), 60s, now);
  REQUIRE(next);
  CHECK((*next >= now + 30s && *next <= now + 90s));
  CHECK_FALSE(streams::next_look(lost_since(10min), 60s, now));

  const auto messages = [&](const streams::stream_record& stream) {
    scripted_host world{with_rooms()};
    world.next<room>(true);
    CHECK(world.run(told_by_time(world.host(), stream)));
    return world.asked<room>().size();
  };
  CHECK(messages(lost_since(0s)) == 0);
  CHECK(messages(lost_since(2min)) == 1);
  CHECK(messages(lost_since(60min)) == 0);
}

TEST_CASE("A live stream is looked at when its recording must have begun") {
  const auto now = scripted_host::start;
  streams::stream_record stream = support::quiet_stream();
  stream.broadcasts.fold(cloudflare::fact{
      .event_id = "e", .kind = cloudflare::fact_kind::input_connected, .at = now, .live_input_id = "input"});
  CHECK(streams::next_look(stream, 10s, now + 1s) == now + 10s);
  scripted_host world{with_rooms()};
  world.next<room>(true);
  world.next<edge::operation::wake>(std::monostate{});
  CHECK(world.run(told(world.host(), stream)));
  const auto asked = world.asked<edge::operation::wake>();
  REQUIRE(asked.size() == 1);
  CHECK((asked[0].name == support::stream_id && asked[0].what == "check" && asked[0].memory.empty()));
}
