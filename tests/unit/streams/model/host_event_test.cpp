// What the host application is told: which events a record implies, when each is delivered, and what is
// remembered of that.
#include "json/reader.h"
#include "streams/model/change.h"
#include "streams/model/host_event.h"
#include "streams/notify/implied_events.h"
#include "support/catch.h"
#include "support/facts.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using namespace streams;
using support::second;

stream_record with_encoder() {
  return {.id = "stream",
          .title = {},
          .memorial_id = {},
          .created_by = {},
          .created_at = second(0),
          .method = streaming_method::obs,
          .cloudflare = cloudflare_side{},
          .mux = {},
          .sealed_credentials = {},
          .warnings = {},
          .broadcasts = {}};
}

void say(stream_record& to, cloudflare::fact_kind kind, double at) {
  to.broadcasts.fold(support::of_input(kind, at));
}

host_event event(event_type type, std::string of, double at = 0) {
  return {.type = type, .of = std::move(of), .at = second(at)};
}

told_event told(const host_event& what, double at, std::string answer) {
  return {.what = what, .attempts = {{.at = second(at), .answer = std::move(answer)}}};
}

told_event by_hand(const host_event& what, double at, std::string answer) {
  return {.what = what, .attempts = {{.at = second(at), .answer = std::move(answer), .by_hand = true}}};
}

// All that is due was delivered then.
void accept_all(stream_record& by, edge::timestamp now) {
  for (const told_event& each : pending_events(by, now)) {
    by.told.join({.what = each.what, .attempts = {{.at = now, .answer = "200"}}});
  }
}

std::string pending(const stream_record& of, double at) {
  std::string names;
  for (const told_event& each : pending_events(of, second(at))) {
    names.append(names.empty() ? "" : " ").append(name_of(each.what.type));
  }
  return names;
}

using enum cloudflare::fact_kind;

} // namespace

TEST_CASE("A broadcast goes live and ends, each once, also when its encoder comes back") {
  stream_record stream = with_encoder();
  CHECK(pending(stream, 0).empty());
  say(stream, input_connected, 10);
  CHECK(pending(stream, 11) == "stream.live");
  accept_all(stream, second(11));
  say(stream, input_disconnected, 100);
  say(stream, input_connected, 130);
  CHECK(pending(stream, 131).empty());
  say(stream, input_disconnected, 200);
  CHECK(pending(stream, 210).empty());
  CHECK(pending(stream, 300) == "stream.ended");
  accept_all(stream, second(300));
  CHECK(stream.told.newest(event_type::ended)->of == stream.told.newest(event_type::live)->of);
  CHECK(stream.told.newest(event_type::ended)->at == second(200));
  CHECK(pending(stream, 400).empty());
  say(stream, input_connected, 500);
  CHECK(pending(stream, 501) == "stream.live");
}

TEST_CASE("A broadcast of which nobody was told until it was over is told whole") {
  stream_record stream = with_encoder();
  say(stream, input_connected, 10);
  say(stream, input_disconnected, 100);
  CHECK(pending(stream, 300) == "stream.live stream.ended");
}

TEST_CASE("After the end that its owner asked for, a stream does not go live") {
  stream_record stream = with_encoder();
  say(stream, input_connected, 10);
  stream.desired.fold(change::only(change_kind::ended, second(50)));
  CHECK(pending(stream, 51) == "stream.live stream.ended");
  accept_all(stream, second(51));
  say(stream, input_connected, 60);
  CHECK(pending(stream, 61).empty());
}

TEST_CASE("A warning is not repeated when an encoder comes back after its owner's end") {
  stream_record stream = with_encoder();
  stream.warnings.push_back({std::string{backup_unavailable}, "A sentence."});
  say(stream, input_connected, 10);
  CHECK(pending(stream, 11) == "stream.live stream.warning");
  stream.desired.fold(change::only(change_kind::ended, second(50)));
  accept_all(stream, second(51));
  say(stream, input_connected, 60);
  CHECK(pending(stream, 61).empty());
}

TEST_CASE("A phone that begins again at once is another broadcast, since its time is ours") {
  stream_record stream = with_encoder();
  stream.broadcasts.fold(support::session_begun(10, "a"));
  stream.broadcasts.fold(support::session_ended(10, "a", 100));
  accept_all(stream, second(101));
  stream.broadcasts.fold(support::session_begun(102, "b"));
  CHECK(pending(stream, 103) == "stream.live");
  stream.broadcasts.fold(support::session_ended(102, "b", 104));
  CHECK(pending(stream, 105) == "stream.live stream.ended");
}

TEST_CASE("An end that a provider tells a little early makes no second broadcast") {
  stream_record stream = with_encoder();
  say(stream, input_connected, 10);
  say(stream, input_disconnected, 100);
  accept_all(stream, second(300));
  say(stream, input_connected, 104);
  say(stream, input_disconnected, 104.5);
  CHECK(pending(stream, 400).empty());
}

TEST_CASE("All events are listed by their time, whether they were told or not") {
  stream_record stream = with_encoder();
  say(stream, input_connected, 10);
  stream.told.join(told(event(event_type::warning, "a::", 20), 20, "200"));
  stream.told.join(told(event(event_type::warning, "b::", 5), 20, "200"));
  const auto all = all_events(stream, second(30));
  REQUIRE(all.size() == 3);
  CHECK(all.front().what.part(0) == "b");
  CHECK(all[1].what.type == event_type::live);
  CHECK(all.back().what.part(0) == "a");
  CHECK(pending(stream, 30) == "stream.live");
}

TEST_CASE("Nobody is told of what is older than three days") {
  stream_record stream = with_encoder();
  say(stream, input_connected, 10);
  say(stream, input_disconnected, 100);
  constexpr double day = 24 * 3600;
  CHECK_FALSE(pending(stream, 2.9 * day).empty());
  CHECK(pending(stream, 3.1 * day).empty());
}

TEST_CASE("A warning is told once for each broadcast") {
  stream_record stream = with_encoder();
  stream.warnings.push_back({std::string{backup_unavailable}, "A sentence."});
  CHECK(pending(stream, 1) == "stream.warning");
  accept_all(stream, second(1));
  CHECK(pending(stream, 2).empty());
  CHECK(stream.told.all().front().what.part(0) == backup_unavailable);
  say(stream, input_connected, 10);
  CHECK(pending(stream, 11) == "stream.live stream.warning");
}

TEST_CASE("An event that is not accepted is tried ten times, for three days") {
  told_event tried{.what = event(event_type::live, "1")};
  edge::timestamp now = second(0);
  CHECK(tried.next_attempt() == now);
  std::vector<std::chrono::microseconds> waits;
  while (const auto next = tried.next_attempt()) {
    waits.push_back(*next - now);
    now = *next;
    tried.join({.what = tried.what, .attempts = {{.at = now, .answer = "503"}}});
    REQUIRE(tried.attempts.size() <= told_event::most_attempts);
  }
  CHECK(std::ranges::is_sorted(waits));
  CHECK(tried.attempts.size() == told_event::most_attempts);
  CHECK(tried.state() == delivery_state::failed);
  CHECK(now - second(0) >= 72h);
  CHECK(now - second(0) <= 82h);
}

TEST_CASE("An event is delivered with any 2xx, refused with 410, and else pending") {
  const host_event what = event(event_type::live, "1");
  CHECK(told(what, 1, "200").state() == delivery_state::delivered);
  CHECK(told(what, 1, "299").state() == delivery_state::delivered);
  CHECK(told(what, 1, "410").state() == delivery_state::refused);
  for (const char* answer : {"100", "302", "400", "404", "429", "500", "timeout", "network", "2"}) {
    CHECK(told(what, 1, answer).state() == delivery_state::pending);
    CHECK(told(what, 1, answer).next_attempt() > second(100));
  }
  told_event accepted = told(what, 1, "200");
  accepted.join(told(what, 2, "500"));
  CHECK(accepted.state() == delivery_state::delivered);
}

TEST_CASE("An attempt by hand uses up none of those by itself, and moves none") {
  const host_event what = event(event_type::live, "1");
  told_event tried = told(what, 1, "503");
  const auto next = tried.next_attempt();
  for (int i = 0; i < 50; ++i) {
    tried.join(by_hand(what, 2 + i, i % 2 == 0 ? "500" : "410"));
    CHECK(tried.state() == delivery_state::pending);
    CHECK(tried.next_attempt() == next);
    CHECK(tried.attempts.front() == told(what, 1, "503").attempts.front());
    CHECK(tried.attempts.back().at == second(2 + i));
  }
  CHECK(tried.attempts.size() == 20);
  told_event untried = by_hand(what, 2, "500");
  CHECK(untried.next_attempt() == what.at);
  untried.join(told(what, 3, "410"));
  untried.join(by_hand(what, 4, "500"));
  CHECK(untried.state() == delivery_state::refused);
}

TEST_CASE("A success is never forgotten, whatever follows, and in any order") {
  const host_event what = event(event_type::live, "1");
  std::vector<told_event> said{told(what, 1, "503"), by_hand(what, 2, "204")};
  for (int i = 0; i < 50; ++i) {
    said.push_back(by_hand(what, 3 + i, "500"));
  }
  told_event forward{.what = what};
  told_event backward{.what = what};
  for (std::size_t i = 0; i < said.size(); ++i) {
    forward.join(said[i]);
    backward.join(said[said.size() - 1 - i]);
    CHECK(backward.attempts.size() <= 20);
  }
  CHECK(forward.state() == delivery_state::delivered);
  CHECK(forward == backward);
  const std::string text = forward.to_json().dump();
  const auto read = json::document::parse(text);
  REQUIRE(read);
  CHECK(told_event::from_json(read->root()) == forward);
}

TEST_CASE("Attempts of older records were made by themselves") {
  const auto read = json::document::parse(
      R"({"type":"stream.live","of":"1","at":1790000000000000,"tries":[[1790000001000000,"503"]]})");
  REQUIRE(read);
  CHECK(told_event::from_json(read->root()) == told(event(event_type::live, "1"), 1, "503"));
}

TEST_CASE("Attempts join in any order, any number of times") {
  const std::vector<told_event> said{told(event(event_type::live, "1", 1), 1, "timeout"),
                                     told(event(event_type::live, "1", 1), 2, "200"),
                                     told(event(event_type::ended, "1", 60), 61, "500"),
                                     told(event(event_type::warning, "a::1", 30), 3, "204"),
                                     told(event(event_type::recording_ready, "mux:a", 90), 91, "200")};
  told_events forward;
  told_events backward;
  for (std::size_t i = 0; i < said.size(); ++i) {
    forward.join(said[i]);
    backward.join(said[said.size() - 1 - i]);
  }
  CHECK(forward == backward);
  told_events twice = forward;
  twice.join(backward);
  CHECK(twice == forward);
  CHECK(forward.all().size() == 4);
  CHECK(forward.all().front().attempts.size() == 2);
  const auto text = forward.to_json().dump();
  const auto read = json::document::parse(text);
  REQUIRE(read);
  CHECK(told_events::from_json(read->root()) == forward);
}

TEST_CASE(
    "What happened a week before the newest event, and the oldest of more than a hundred, is forgotten") {
  told_events all;
  constexpr double week = 7 * 24 * 3600;
  all.join(told(event(event_type::live, "1", 0), 1, "200"));
  all.join(told(event(event_type::live, "2", week + 1), 1, "200"));
  REQUIRE(all.all().size() == 1);
  CHECK(all.all().front().what.of == "2");
  CHECK(all.forgets(second(0)));
  CHECK_FALSE(all.forgets(second(2)));
  for (int i = 0; i < 150; ++i) {
    all.join(told(event(event_type::warning, std::to_string(i), week + 2 + i), 1, "200"));
  }
  CHECK(all.all().size() == 100);
  CHECK(all.all().front().what.of == "50");
  CHECK(all.forgets(second(week + 3)));
}

TEST_CASE("An event's id depends on its stream, its type and what it is about") {
  const host_event live = event(event_type::live, "1", 1);
  CHECK(id_of(live, "a") == id_of(event(event_type::live, "1", 2), "a"));
  CHECK(id_of(live, "a") != id_of(live, "b"));
  CHECK(id_of(live, "a") != id_of(event(event_type::ended, "1", 1), "a"));
  CHECK(id_of(live, "a") != id_of(event(event_type::live, "2", 1), "a"));
  CHECK(id_of(live, "a").size() == 36);
}

TEST_CASE("An attempt is a fact that fits in a key's metadata") {
  const told_event one =
      told(event(event_type::recording_failed, "mux:" + std::string(255, 'x'), 5), 6, "timeout");
  const change said = change::of(one, second(7));
  CHECK(said.to_metadata().size() <= 1024);
  CHECK(change::from_metadata(said.to_metadata()) == said);
  CHECK(said.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") == std::string::npos);
  CHECK(change::of(one, second(8)).id != said.id);
}

TEST_CASE("Attempts by hand share a key, and those that succeed another") {
  const host_event what = event(event_type::live, "1");
  const auto id = [&](double at, std::string answer) {
    const change said = change::of(by_hand(what, at, std::move(answer)), second(at));
    CHECK(change::from_metadata(said.to_metadata()) == said);
    return said.id;
  };
  CHECK(id(1, "500") == id(2, "timeout"));
  CHECK(id(1, "200") == id(2, "204"));
  CHECK(id(1, "200") != id(1, "500"));
  CHECK(id(1, "500") != change::of(told(what, 1, "500"), second(1)).id);
}
