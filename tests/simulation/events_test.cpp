// The host application is told of each event at least once, whatever fails: the receiver is away, a Worker
// dies, webhooks come twice and in any order.
#include "crypto/standard_webhook.h"
#include "json/number.h"
#include "json/reader.h"
#include "simulation/broadcast.h"
#include "simulation/creation.h"
#include "simulation/established.h"
#include "support/catch.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace simulation;
using namespace std::chrono_literals;

const std::set<std::string> whole_story{"recording.ready", "stream.ended", "stream.live"};

// A stream that had a broadcast of a minute, of which webhooks are about to tell.
struct telling {
  explicit telling(std::uint64_t seed = 7) : around{seed, {}, settings_with_events()} {
    id = make_stream(around, plan::cloudflare);
    const edge::timestamp begin = around.now() + 30s;
    take_place(around, begin, first_asset, first_video);
    deliveries = broadcast(around, begin, first_asset, first_video);
    around.wait(30s);
  }

  served deliver(const delivery& what, const course& how = {}) {
    const delivery sent = sign(around, what);
    return around.serve(sent.request, sent.body, how);
  }

  // Each at its time.
  void deliver_all(const std::vector<delivery>& all, const course& how = {}) {
    constexpr std::array times{0s, 2s, 3s, 3s, 7s, 14s, 15s, 60s, 62s, 63s, 63s, 80s};
    const edge::timestamp begin = around.now();
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto left = begin + times.at(i) - around.now();
      around.wait(std::max(std::chrono::ceil<edge::milliseconds>(left), 0ms));
      (void)deliver(all[i], how);
    }
  }
  void deliver_all(const course& how = {}) { deliver_all(deliveries, how); }

  // The schedule runs, and with rooms the alarms ring.
  void pass(std::chrono::minutes time, const course& how = {}) {
    const std::chrono::minutes step = around.has_rooms() ? 15min : 2min;
    for (const edge::timestamp end = around.now() + time; around.now() < end;) {
      if (around.has_rooms()) {
        (void)around.let_pass(step, how);
      } else {
        around.wait(step);
      }
      (void)around.run_schedule(how);
    }
  }

  // How often each event was received, by its id. And their types, without warnings, which say how late it
  // is.
  [[nodiscard]] std::map<std::string, std::size_t> times() const {
    std::map<std::string, std::size_t> found;
    for (const received_event& each : around.events()) {
      ++found[each.id()];
    }
    return found;
  }
  [[nodiscard]] std::set<std::string> types() const {
    std::set<std::string> found;
    for (const received_event& each : around.events()) {
      if (type_of(each) != "stream.warning") {
        found.insert(type_of(each));
      }
    }
    return found;
  }
  static std::string type_of(const received_event& which) {
    const auto body = json::document::parse(which.body);
    return body ? body->root()["type"].text_or_empty() : std::string{};
  }
  [[nodiscard]] std::size_t count(std::string_view type) const {
    std::set<std::string> ids;
    for (const received_event& each : around.events()) {
      if (type_of(each) == type) {
        ids.insert(each.id());
      }
    }
    return ids.size();
  }

  std::string shown() { return text_of(ask(around, "GET", id + "/events")); }

  world around;
  std::string id;
  std::vector<delivery> deliveries;
};

const course away = failing_always({"POST receiver"}, fate::times_out_before);

// The receiver is slow with its first answer, while other requests are served.
course meanwhile(std::function<void()> others) {
  course how;
  how.fate_of = [others = std::move(others), is_first = true](std::size_t, const std::string& name) mutable {
    if (name == "POST receiver" && std::exchange(is_first, false)) {
      others();
    }
    return fate::succeeds;
  };
  return how;
}

std::size_t occurrences(std::string_view of, std::string_view in) {
  std::size_t count = 0;
  for (std::size_t at = in.find(of); at != std::string_view::npos; at = in.find(of, at + 1)) {
    ++count;
  }
  return count;
}

} // namespace

TEST_CASE("A broadcast is told as it goes: live, ended, and both recordings, each once and signed") {
  telling on;
  on.deliver_all();
  on.pass(3h);
  INFO(text_of(on.around.violations()));
  CHECK(on.types() == whole_story);
  CHECK(on.around.events().size() == 4);
  CHECK(on.count("recording.ready") == 2);
  CHECK(telling::type_of(on.around.events().front()) == "stream.live");
  const auto key = crypto::standard_webhook_key(settings_with_events().get("EVENTS_SECRETS", ""));
  REQUIRE(key);
  for (const received_event& each : on.around.events()) {
    const auto seconds = json::integer_of(each.headers.find("webhook-timestamp").value_or(""));
    REQUIRE(seconds);
    CHECK(crypto::sign_standard_webhook(each.id(), *seconds, each.body, {&*key, 1}) ==
          each.headers.find("webhook-signature"));
    const auto since = each.at.time_since_epoch() - std::chrono::seconds{*seconds};
    CHECK((since >= 0s && since < 2s));
    CHECK(each.body.contains(on.id));
    CHECK(each.body.size() < 1000);
  }
  CHECK(occurrences(R"("state":"delivered")", on.shown()) == 4);
  CHECK(on.around.violations().empty());
}

TEST_CASE("A receiver that was away for hours hears of everything, and of a second broadcast") {
  telling on;
  on.deliver_all(away);
  on.pass(2h, away);
  CHECK(on.around.events().empty());
  on.deliver_all(broadcast(on.around, on.around.now(), "assetOfTheSecondBroadcast", std::string(32, 'b')),
                 away);
  on.pass(1h, away);
  CHECK(on.around.events().empty());
  on.pass(6h);
  INFO(on.shown());
  CHECK(on.count("stream.live") == 2);
  CHECK(on.count("stream.ended") == 2);
  CHECK(on.count("recording.ready") == 4);
  CHECK(std::ranges::all_of(on.times(), [](const auto& each) { return each.second == 1; }));
  CHECK(on.around.violations().empty());
}

TEST_CASE("One run delivers more events than it has random bytes for") {
  telling it;
  it.around.receiver_answers(503);
  it.deliver_all();
  it.around.receiver_answers(204);
  it.around.wait(1h);
  const std::size_t before = it.around.events().size();
  (void)it.around.run_schedule();
  CHECK(it.around.events().size() >= before + 4);
}

TEST_CASE("A Worker that dies at any operation of a webhook loses no event") {
  for (const fate what : {fate::kills_before, fate::kills_after, fate::breaks_before}) {
    for (std::size_t number = 1; number <= 16; ++number) {
      telling on;
      for (const delivery& each : on.deliveries) {
        const served result = on.deliver(each, failing(number, what));
        // The sender tries again.
        if (!result.answer || result.answer->status != 200) {
          (void)on.deliver(each);
        }
      }
      on.pass(1h);
      INFO(name_of(what) << ' ' << number << ' ' << text_of(on.around.violations()) << on.shown());
      CHECK(on.types() == whole_story);
      CHECK(on.count("recording.ready") == 2);
      CHECK(on.count("stream.live") == 1);
      CHECK(on.count("stream.ended") == 1);
      CHECK_FALSE(on.shown().contains(R"("state":"pending")"));
      CHECK(on.around.violations().empty());
    }
  }
}

TEST_CASE("A Worker that dies between an attempt and its fact sends the event again, with the same id") {
  telling on;
  on.deliver_all(failing_always({"POST receiver"}, fate::kills_after));
  CHECK_FALSE(on.around.events().empty());
  on.pass(1h);
  CHECK(on.types() == whole_story);
  CHECK(on.times().size() == 4);
  CHECK(std::ranges::any_of(on.times(), [](const auto& each) { return each.second > 1; }));
  CHECK(occurrences(R"("state":"delivered")", on.shown()) == 4);
  CHECK(on.around.violations().empty());
}

TEST_CASE("Webhooks in any order, twice each, give each event once") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    telling on{seed};
    std::vector<delivery> sent = on.deliveries;
    sent.insert(sent.end(), on.deliveries.begin(), on.deliveries.end());
    on.around.chance().shuffle(sent);
    for (const delivery& each : sent) {
      (void)on.deliver(each);
    }
    on.pass(1h);
    INFO("seed " << seed << ' ' << on.shown());
    CHECK(on.count("stream.live") == 1);
    CHECK(on.count("stream.ended") == 1);
    CHECK(on.count("recording.ready") == 2);
    CHECK(std::ranges::all_of(on.times(), [](const auto& each) { return each.second == 1; }));
    CHECK(on.around.violations().empty());
  }
}

TEST_CASE("A dead receiver is tried ten times in three days, and is then left alone") {
  telling on;
  on.around.receiver_answers(500);
  on.deliver_all();
  on.pass(24h * 4);
  for (const auto& [id, count] : on.times()) {
    CHECK(count == 10);
  }
  CHECK(on.times().size() == 4);
  const std::string shown = on.shown();
  INFO(shown);
  CHECK(occurrences(R"("state":"failed")", shown) == 4);
  CHECK(occurrences(R"("status":500)", shown) == 40);
  const std::size_t before = on.around.events().size();
  on.around.receiver_answers(204);
  on.pass(24h);
  CHECK(on.around.events().size() == before);
  // With rooms, the alarm of an attempt may look at the stream as well.
  telling quiet;
  quiet.around.configure(settings());
  quiet.deliver_all();
  quiet.pass(24h * 5);
  const std::size_t looks = on.around.has_rooms() ? 10 * 4 : 0;
  INFO(quiet.around.calls().size());
  CHECK(on.around.calls().size() <= quiet.around.calls().size() + looks);
}

TEST_CASE("A receiver that answers 410 is not sent that event again") {
  telling on;
  on.around.receiver_answers(410);
  on.deliver_all();
  on.pass(24h);
  CHECK(on.around.events().size() == 4);
  CHECK(occurrences(R"("state":"refused")", on.shown()) == 4);
}

TEST_CASE("An event is sent again by hand, and its answers are listed") {
  telling on;
  on.around.receiver_answers(410);
  on.deliver_all();
  const std::string event = on.around.events().front().id();
  on.around.receiver_answers(204);
  const served again = ask(on.around, "POST", on.id + "/events/" + event + "/redeliver");
  REQUIRE(again.answer);
  CHECK(again.answer->status == 200);
  CHECK(again.answer->body.contains(R"("state":"delivered")"));
  CHECK(again.answer->body.contains(R"("status":410)"));
  CHECK(on.around.events().back().id() == event);
  CHECK(occurrences(R"("state":"delivered")", on.shown()) == 1);
  CHECK(ask(on.around, "POST", on.id + "/events/evt_0/redeliver").answer->status == 404);
  CHECK(on.around.violations().empty());
}

TEST_CASE("Two folds that know different beginnings of a broadcast tell of one") {
  for (const bool is_over : {false, true}) {
    telling on;
    on.around.wait(90s);
    constexpr std::size_t connected = 0;
    constexpr std::size_t active = 6;
    constexpr std::size_t disconnected = 7;
    constexpr std::size_t idle = 9;
    std::size_t last = active;
    if (is_over) {
      on.around.configure(settings());
      (void)on.deliver(on.deliveries[active]);
      on.around.configure(settings_with_events());
      last = idle;
    }
    bool happened = false;
    (void)on.deliver(on.deliveries[last], meanwhile([&] {
                       on.around.wait(5s);
                       (void)on.deliver(on.deliveries[connected]);
                       if (is_over) {
                         (void)on.deliver(on.deliveries[disconnected]);
                       }
                       happened = true;
                     }));
    CHECK(happened);
    on.pass(1h);
    INFO(on.shown());
    CHECK(on.count("stream.live") == 1);
    CHECK(on.count("stream.ended") == 1);
    CHECK(std::ranges::all_of(on.times(), [](const auto& each) { return each.second == 1; }));
    CHECK(on.around.violations().empty());
  }
}

TEST_CASE("A run that waits for the receiver does not overwrite what others save meanwhile") {
  telling on;
  (void)on.deliver(on.deliveries.front(), away);
  on.around.wait(85s);
  bool happened = false;
  const course slow = meanwhile([&] {
    on.around.wait(10s);
    (void)ask(on.around, "PATCH", on.id, R"({"title":"For Grace"})");
    happened = true;
  });
  if (on.around.has_rooms()) {
    (void)on.around.let_pass(90s, slow);
  } else {
    on.around.wait(90s);
    (void)on.around.run_schedule(slow);
  }
  CHECK(happened);
  CHECK(text_of(ask(on.around, "GET", on.id)).contains("For Grace"));
}

TEST_CASE("A receiver that hangs at an event does not hold back new ones") {
  telling on;
  (void)on.deliver(on.deliveries.front(), away);
  on.around.configure(settings());
  on.deliver_all();
  on.around.configure(settings_with_events());
  const course hangs = failing_always({"POST receiver"}, fate::times_out_after);
  on.pass(16min, hangs);
  INFO(on.shown());
  REQUIRE_FALSE(on.around.events().empty());
  CHECK(telling::type_of(on.around.events().front()) != "stream.live");
  on.pass(5h);
  CHECK(on.types() == whole_story);
}

TEST_CASE("What is sent again by hand is one fact, and is tried by itself as before") {
  telling on;
  on.around.receiver_answers(500);
  on.deliver_all();
  const std::string path = on.id + "/events/" + on.around.events().front().id() + "/redeliver";
  const auto facts = [&] { return on.around.store().keys("fact/stream/" + on.id + "/told").size(); };
  (void)ask(on.around, "POST", path);
  const std::size_t before = facts();
  for (int i = 0; i < 12; ++i) {
    on.around.wait(2s);
    CHECK(text_of(ask(on.around, "POST", path)).contains(R"("state":"pending")"));
  }
  CHECK(facts() == before);
  on.around.receiver_answers(204);
  on.pass(1h);
  CHECK(occurrences(R"("state":"delivered")", on.shown()) == 4);
}

TEST_CASE("After one event was sent again by hand, an alarm delivers the others") {
  telling on;
  edge::environment with = settings_with_rooms();
  on.around.configure(with);
  on.deliver_all();
  (void)on.around.let_pass(3h);
  for (const std::string_view name : {"EVENTS_URL", "EVENTS_SECRETS"}) {
    with.set(std::string{name}, std::string{settings_with_events().get(name, "")});
  }
  on.around.configure(with);
  const std::string shown = on.shown();
  const std::string event = shown.substr(shown.find("evt_"), 36);
  (void)ask(on.around, "POST", on.id + "/events/" + event + "/redeliver");
  CHECK(on.times().size() == 1);
  (void)on.around.let_pass(1s);
  INFO(on.shown());
  CHECK(on.types() == whole_story);
  CHECK_FALSE(on.shown().contains(R"("state":"pending")"));
}

TEST_CASE("A long description that cannot be read holds back no other fact") {
  telling on;
  std::string text;
  for (int i = 0; i < 1000; ++i) {
    text += "é";
  }
  CHECK(ask(on.around, "PATCH", on.id, R"({"description":")" + text + R"("})").answer->status == 200);
  on.around.wait(90s);
  // Its fact is stored, its fold is lost.
  (void)on.deliver(on.deliveries.back(),
                   failing_always({"kv_list fact/", "kv_put stream/"}, fate::kills_before));
  (void)on.deliver(on.deliveries.front(), failing_always({"kv_get fact/"}, fate::breaks_before));
  CHECK(text_of(ask(on.around, "GET", on.id)).contains(first_video));
}

TEST_CASE("A receiver that is named later hears of the last three days only") {
  telling on;
  on.around.configure(settings());
  on.deliver_all();
  on.pass(24h * 4);
  on.around.configure(settings_with_events());
  const delivery late = on.deliveries.back();
  (void)on.deliver(late);
  on.pass(2h);
  CHECK(on.around.events().empty());
}

TEST_CASE("A deleted stream is told of no more") {
  telling on;
  on.deliver_all(away);
  CHECK(ask(on.around, "DELETE", on.id).answer->status == 200);
  const std::size_t before = on.around.events().size();
  on.pass(3h);
  CHECK(on.around.events().size() == before);
  CHECK(on.around.violations().empty());
}

TEST_CASE(
    "An end that its owner asks for is told at once, and a deployment without a receiver tells nobody") {
  for (const bool has_receiver : {true, false}) {
    telling on;
    on.around.configure(has_receiver ? settings_with_events() : settings());
    (void)on.deliver(on.deliveries.front());
    (void)ask(on.around, "POST", on.id + "/end");
    CHECK(on.count("stream.live") == (has_receiver ? 1 : 0));
    CHECK(on.count("stream.ended") == (has_receiver ? 1 : 0));
    CHECK(on.shown().contains(has_receiver ? R"("enabled":true)" : R"("enabled":false,"events":[])"));
  }
}

TEST_CASE("Of two deployments, each tells of its own streams") {
  telling on;
  on.around.change_deployment();
  const std::string other = make_stream(on.around, plan::cloudflare);
  on.around.change_deployment();
  on.deliver_all();
  on.around.change_deployment();
  on.pass(1h);
  const auto names = [&](std::string_view id) {
    return std::ranges::count_if(on.around.events(),
                                 [&](const received_event& each) { return each.body.contains(id); });
  };
  CHECK(names(on.id) == 4);
  CHECK(names(other) == 0);
}
