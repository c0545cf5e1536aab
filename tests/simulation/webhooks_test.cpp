// Webhooks of a broadcast with every operation failing, and with webhooks lost, duplicated and reordered: a
// sender gets a 2xx only if the fact is stored, and the final state is the same.
#include "json/reader.h"
#include "simulation/broadcast.h"
#include "simulation/creation.h"
#include "support/catch.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace simulation;

// A world with one stream and its broadcast.
struct stage {
  explicit stage(std::uint64_t seed) : around{seed} {
    const served made = create(around);
    REQUIRE(made.answer);
    const auto body = json::document::parse(made.answer->body);
    REQUIRE(body);
    id = body->root()["stream"]["id"].text().value_or("");
    begin = around.now() + std::chrono::seconds{30};
    around.wait(std::chrono::seconds{120});
    deliveries = broadcast(around, begin, first_asset, first_video);
  }

  served deliver(const delivery& what, const course& how = {}) {
    const delivery sent = sign(around, what);
    return around.serve(sent.request, sent.body, how);
  }

  // The response to the owner ten minutes after the start.
  std::string shown() {
    const auto left = std::chrono::ceil<edge::milliseconds>(begin + std::chrono::minutes{10} - around.now());
    around.wait(std::max(left, edge::milliseconds{0}));
    edge::request request = create_request(around);
    request.method = "GET";
    request.url = "https://whip.example/api/streams/" + id;
    const served read = around.serve(request, "");
    REQUIRE(read.answer);
    CHECK(read.answer->status == 200);
    const auto body = json::document::parse(read.answer->body);
    REQUIRE(body);
    std::string text{body->root()["status"].text().value_or("no status")};
    for (const char* source : {"cloudflare", "mux"}) {
      const json::value of = body->root()["recordingSources"][source];
      text += ' ' + std::string{source} + ' ' + (of["available"].boolean() == true ? "yes" : "no") + ' ' +
              std::string{of["playbackUrl"].text().value_or("nowhere")} + ' ' +
              std::string{of["duration"].number().value_or("0")};
    }
    return text;
  }

  world around;
  std::string id;
  edge::timestamp begin;
  std::vector<delivery> deliveries;
};

std::size_t facts_in(const world& around) { return around.store().keys("fact/").size(); }

std::vector<std::string> steps_before_answer(const served& of) {
  std::vector<std::string> names;
  for (const step& each : of.steps) {
    if (!each.after_answer) {
      names.push_back(each.name);
    }
  }
  return names;
}

const std::string whole_broadcast =
    "completed cloudflare yes https://customer-m033z5x00ks6nunl.cloudflarestream.com/"
    "0123456789abcdef0123456789abcdef/manifest/video.m3u8 60 mux yes "
    "https://stream.mux.com/playbackIdOfTheRecording00000000000000000001.m3u8 58.5";

} // namespace

TEST_CASE("A webhook is answered after its fact and a marker were written, and one read at most") {
  stage on{1};
  for (const delivery& each : on.deliveries) {
    const served result = on.deliver(each);
    INFO(each.name << ": " << text_of(result));
    CHECK(result.answer->status == 200);
    std::vector<std::string> steps{"read_body", "kv_put fact/", "kv_put intent/"};
    // Mux's events carry the stream.
    if (each.name.starts_with("cloudflare")) {
      steps.insert(steps.begin() + 1, "kv_get by-input/");
    }
    if (on.around.rooms().next()) {
      steps.emplace_back("wake work");
    }
    CHECK(steps_before_answer(result) == steps);
  }
  CHECK(facts_in(on.around) == on.deliveries.size());
  CHECK(text_of(on.around.violations()).empty());
}

TEST_CASE("A webhook is answered with 2xx only if its fact is stored, whatever fails") {
  const stage whole{1};
  for (std::size_t which = 0; which < whole.deliveries.size(); ++which) {
    for (fate what : failures) {
      for (bool for_ever : {false, true}) {
        for (std::size_t number = 1; number <= 5; ++number) {
          stage on{1};
          course how;
          how.fate_of = [=](std::size_t at, const std::string&) {
            return at == number || (for_ever && at > number) ? what : fate::succeeds;
          };
          const served result = on.deliver(on.deliveries[which], how);
          INFO(on.deliveries[which].name << ": " << text_of(result) << text_of(on.around.violations()));
          REQUIRE(result.answer);
          CHECK((result.answer->status >= 300 || facts_in(on.around) == 1));
          CHECK((result.answer->status == 200 || result.answer->status >= 400));
          CHECK(on.around.violations().empty());
        }
      }
    }
  }
}

TEST_CASE("A broadcast reaches the same state in any order, duplicated, and resent after failures") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    stage on{seed};
    dice& chance = on.around.chance();
    std::vector<delivery> sent = on.deliveries;
    sent.insert(sent.end(), on.deliveries.begin(), on.deliveries.end());
    chance.shuffle(sent);
    for (const delivery& each : sent) {
      course how;
      how.fate_of = [&](std::size_t, const std::string&) {
        return chance.one_in(6) ? failures[chance.below(failures.size())] : fate::succeeds;
      };
      // The sender retries until it gets a 2xx.
      served result = on.deliver(each, how);
      for (int tries = 0; tries < 20 && result.answer->status != 200; ++tries) {
        result = on.deliver(each, how);
      }
      CHECK(result.answer->status == 200);
    }
    INFO("seed " << seed << text_of(on.around.violations()));
    CHECK(facts_in(on.around) == on.deliveries.size());
    CHECK(on.shown() == whole_broadcast);
    CHECK(on.around.violations().empty());
  }
}

TEST_CASE("A fold that was lost is repaired by the schedule") {
  for (std::size_t after_answer = 1; after_answer <= 6; ++after_answer) {
    stage on{1};
    for (const delivery& each : on.deliveries) {
      const std::size_t before = each.name.starts_with("cloudflare") ? 4 : 3;
      const std::size_t with_rooms = on.around.rooms().next() ? 1 : 0;
      const served result = on.deliver(each, failing(before + with_rooms + after_answer, fate::kills_before));
      INFO(each.name << ": " << text_of(result));
      REQUIRE(result.answer);
    }
    on.around.wait(std::chrono::minutes{2});
    (void)on.around.reconcile();
    CHECK(on.around.store().keys("intent/").empty());
    CHECK(on.shown() == whole_broadcast);
  }
}

TEST_CASE("A fold that KV refuses for a while is repeated; else it is left to the schedule") {
  for (const std::size_t refused : {1U, 3U, 9U}) {
    stage on{1};
    std::size_t left = refused;
    course how;
    how.fate_of = [&left](std::size_t, const std::string& name) {
      if (name != "kv_put stream/" || left == 0) {
        return fate::succeeds;
      }
      --left;
      return fate::breaks_before;
    };
    (void)on.deliver(on.deliveries.front(), how);
    CHECK(on.shown().starts_with(refused < 4 ? "live" : "ready"));
    (void)on.around.reconcile();
    CHECK(on.shown().starts_with("live"));
  }
}

TEST_CASE("A fold that overwrites a newer one is repaired by the schedule") {
  stage on{1};
  const std::string key = "stream/" + on.id;
  const std::string before = on.around.store().entries().find(key)->second.value;
  for (const delivery& each : on.deliveries) {
    (void)on.deliver(each);
  }
  on.around.store().put({.key = key, .value = before}, on.around.now());
  on.around.wait(std::chrono::minutes{2});
  (void)on.around.reconcile();
  CHECK(on.shown() == whole_broadcast);
}

TEST_CASE("A webhook about another account's live stream is accepted and leaves no trace") {
  stage on{1};
  delivery foreign = on.deliveries.at(6);
  const std::size_t at = foreign.body.find("whip-mux:main");
  REQUIRE(at != std::string::npos);
  foreign.body.replace(at, 13, "whip-mux:test");
  const served result = on.deliver(foreign);
  CHECK(result.answer->status == 200);
  CHECK(facts_in(on.around) == 0);
  CHECK(result.steps.size() == 1);
}
