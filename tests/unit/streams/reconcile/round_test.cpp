// streams::reconcile_round: how many calls a run makes at which provider, how fast, and when it leaves one
// alone.
#include "edge/operation.h"
#include "streams/reconcile/round.h"
#include "support/catch.h"
#include "unit/streams/reconcile/run.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace round_test {

namespace {

using namespace reconcile_test;
using namespace std::chrono_literals;
using edge::error_kind;
using edge::operation::fetch;
using edge::operation::pace;
using edge::operation::sleep;
using streams::reconcile_round;
using streams::repair;
using support::calls_of;
using texts = std::vector<std::string>;

const std::string cloudflare_api = "https://api.cloudflare.com/client/v4/accounts/a/stream";
const std::string mux_api = "https://api.mux.com/video/v1/assets";
const std::string elsewhere = "https://customer-1.cloudflarestream.com/video/manifest/video.m3u8";

edge::status admit(run& what, const std::string& url, const std::string& method = "GET") {
  return what.world.run(what.round.admit(fetch{.method = method, .url = url, .headers = {}, .body = {}}));
}

// How many calls are admitted until one is not.
std::size_t admitted(run& what) {
  std::size_t count = 0;
  while (admit(what, cloudflare_api)) {
    ++count;
  }
  return count;
}

std::vector<edge::milliseconds> waits_of(const run& what) {
  std::vector<edge::milliseconds> waits;
  for (const sleep& each : what.world.asked<sleep>()) {
    waits.push_back(each.duration);
  }
  return waits;
}

fetch::result answered(int status) { return {.status = status, .headers = {}, .body = {}}; }

// Whether the provider is left alone after this outcome, and the other one is not.
bool leaves_alone(const std::string& url, const edge::outcome<fetch::result>& outcome) {
  run what;
  what.round.learn(url, outcome);
  CHECK(admit(what, url == mux_api ? cloudflare_api : mux_api));
  const edge::status next = admit(what, url);
  CHECK((next || next.error().kind == error_kind::out_of_time));
  return !next;
}

edge::environment settings_with_paces() {
  edge::environment all = settings_with_mux();
  all.set("PACES", std::string{edge::environment::bound});
  return all;
}

} // namespace

TEST_CASE("Each kind of repair has its share of the calls, and what one leaves goes to the next") {
  run what;
  what.round.begin(repair::creations);
  CHECK(admitted(what) == reconcile_round::call_shares.at(0));
  CHECK(what.round.is_spent());
  what.round.begin(repair::changes);
  CHECK_FALSE(what.round.is_spent());
  CHECK(admitted(what) == reconcile_round::call_shares.at(1) - reconcile_round::call_shares.at(0));

  run idle;
  idle.round.begin(repair::creations);
  idle.round.begin(repair::sweep);
  CHECK(admitted(idle) == reconcile_round::call_budget);
}

TEST_CASE("Each kind of repair has its share of the time as well") {
  run what;
  what.round.begin(repair::creations);
  const edge::milliseconds share = edge::milliseconds{reconcile_round::time_budget} / 4;
  what.world.host().advance_clock(now + share - 1ms);
  CHECK(admit(what, cloudflare_api));
  what.world.host().advance_clock(now + share);
  CHECK(what.round.is_spent());
  CHECK_FALSE(admit(what, cloudflare_api));
  what.round.begin(repair::changes);
  CHECK(admit(what, cloudflare_api));
}

TEST_CASE("What viewers ask as well counts for no provider, and goes on when the calls are used up") {
  run what;
  what.round.begin(repair::creations);
  CHECK(admitted(what) > 0);
  CHECK(admit(what, elsewhere));
  what.round.learn(elsewhere, answered(503));
  CHECK(admit(what, elsewhere));
  what.round.begin(repair::changes);
  CHECK(admit(what, cloudflare_api));
}

TEST_CASE("A provider that fails for every call is left alone until the next run, and the other one is not") {
  for (const std::string& url : {cloudflare_api, mux_api}) {
    for (const int status : {401, 403, 429, 500, 503}) {
      CHECK(leaves_alone(url, answered(status)));
    }
    for (const int status : {200, 400, 404, 409}) {
      CHECK_FALSE(leaves_alone(url, answered(status)));
    }
    CHECK(leaves_alone(url, std::unexpected(edge::error{error_kind::timeout})));
    CHECK_FALSE(leaves_alone(url, std::unexpected(edge::error{error_kind::out_of_time})));
  }
}

TEST_CASE("Calls to Mux keep their distance, and POSTs a greater one") {
  run reads;
  for (int calls = 0; calls < 3; ++calls) {
    CHECK(admit(reads, mux_api));
  }
  CHECK(waits_of(reads) == std::vector<edge::milliseconds>(2, reconcile_round::gap_at_mux));

  run posts;
  CHECK(admit(posts, mux_api, "POST"));
  CHECK(admit(posts, mux_api));
  CHECK(admit(posts, mux_api, "POST"));
  CHECK(waits_of(posts) == std::vector<edge::milliseconds>{reconcile_round::gap_at_mux,
                                                           reconcile_round::gap_between_posts_at_mux -
                                                               reconcile_round::gap_at_mux});

  run at_cloudflare;
  CHECK(admit(at_cloudflare, cloudflare_api, "POST"));
  CHECK(admit(at_cloudflare, cloudflare_api, "POST"));
  CHECK(waits_of(at_cloudflare).empty());
}

TEST_CASE("All runs of a deployment share the paces, and a call whose turn comes too late is left") {
  run what{settings_with_paces()};
  for (int turns = 0; turns < 3; ++turns) {
    what.world.next<pace>(true);
  }
  CHECK(admit(what, cloudflare_api));
  CHECK(admit(what, mux_api, "POST"));
  const std::vector<pace> asked = what.world.asked<pace>();
  REQUIRE(asked.size() == 3);
  CHECK((asked.at(0).name == "cloudflare" && asked.at(0).burst == reconcile_round::burst_at_cloudflare));
  CHECK((asked.at(1).name == "mux" && asked.at(1).gap == reconcile_round::gap_at_mux));
  CHECK((asked.at(2).name == "mux-posts" && asked.at(2).gap == reconcile_round::gap_between_posts_at_mux));
  CHECK(asked.at(0).longest == reconcile_round::time_budget);

  run late{settings_with_paces()};
  late.world.next<pace>(false);
  const edge::status admitted = admit(late, mux_api);
  CHECK((!admitted && admitted.error().kind == error_kind::out_of_time));
}

TEST_CASE("A pace that cannot be reached keeps nobody from working") {
  run what{settings_with_paces()};
  support::fails<pace>(what.world);
  CHECK(admit(what, cloudflare_api));
}

TEST_CASE("What ran out of its share is left, and no failure") {
  run what;
  what.round.count_failure({error_kind::out_of_time});
  CHECK((what.round.counts().left == 1 && what.round.counts().failures == 0));
  CHECK_FALSE(what.round.counts().last_failure);
  what.round.count_failure({.kind = error_kind::rejected, .status = 400});
  CHECK((what.round.counts().left == 1 && what.round.counts().failures == 1));
  CHECK((what.round.counts().last_failure && what.round.counts().last_failure->status == 400));
}

TEST_CASE("The grace period ends a creation, and two minutes or a shorter grace a request") {
  run what;
  CHECK(what.round.is_past_grace(now - grace));
  CHECK_FALSE(what.round.is_past_grace(now - grace + 1us));
  CHECK(what.round.is_abandoned(now - 2min));
  CHECK_FALSE(what.round.is_abandoned(now - 2min + 1us));
  edge::environment hasty = settings_with_mux();
  hasty.set("RECONCILE_GRACE_SECONDS", "60");
  run with_less{hasty};
  CHECK(with_less.round.is_abandoned(now - 1min));
}

TEST_CASE("Without its deployment's id a run knows none, and says that it failed") {
  const streams::settings with = read(settings_with_mux());
  support::scripted_host world{settings_with_mux()};
  streams::reconcile_memory memory;
  reconcile_round round{world.host(), with, memory};
  support::fails<edge::operation::kv_put>(world, error_kind::rejected);
  world.run(round.learn_deployment(""));
  CHECK(round.deployment().empty());
  CHECK(round.counts().failures == 1);
  support::writes(world);
  world.run(round.learn_deployment(""));
  CHECK(streams::is_deployment_id(round.deployment().substr(std::string_view{"main-"}.size())));
}

TEST_CASE("Live streams that were found in a list that goes on are not all of them") {
  run what;
  const std::string id = stream_id(1);
  for (int page = 0; page < 4; ++page) {
    lists_live_streams(what, {{.id = "live", .tag = tag_of(id)}}, 100);
  }
  const auto found = what.world.run(what.round.find_live_streams(tag_of(id), id));
  REQUIRE(found);
  CHECK(found->live_streams.size() == 1);
  const edge::status complete = found->completeness();
  CHECK((!complete && complete.error().kind == error_kind::out_of_time));
  CHECK(what.memory.searches.empty());
}

TEST_CASE("Without Mux in the settings there are no live streams, and nobody asks") {
  run what{support::api_settings()};
  const auto found = what.world.run(what.round.find_live_streams(tag_of(stream_id(1)), stream_id(1)));
  REQUIRE(found);
  CHECK((found->live_streams.empty() && found->completeness()));
  CHECK(what.world.asked().empty());
}

TEST_CASE("Of a live input's outputs only those go that feed these live streams or were made twice") {
  const std::vector<mux::live_stream> ours{{.id = "live",
                                            .stream_key = crypto::secret{support::key_of("live")},
                                            .status = {},
                                            .playback = {},
                                            .passthrough = {}}};
  run what;
  lists_outputs(what, {{"kept", "live"}, {"second", "live"}, {"owners", "elsewhere"}});
  deletes(what);
  CHECK(what.world.run(what.round.remove_spare_outputs("input", "kept", ours)));
  CHECK(calls_of(what.world) ==
        texts{"GET /live_inputs/input/outputs", "DELETE /live_inputs/input/outputs/second"});
  run gone;
  support::finds_nothing(gone);
  CHECK(gone.world.run(gone.round.remove_spare_outputs("input", {}, ours)));
}

TEST_CASE("Of outputs to the same place the one stays that is named, or else the first") {
  const auto removed = [](std::string_view kept) {
    run what;
    lists_outputs(what, {{"a", "same"},
                         {"key", "another"},
                         {"b", "same"},
                         {.id = "server", .feeds = "same", .url = "rtmps://y.example/app"},
                         {"c", "same"}});
    deletes(what);
    deletes(what);
    CHECK(what.world.run(what.round.remove_spare_outputs("input", kept)));
    texts calls = calls_of(what.world);
    calls.erase(calls.begin());
    return calls;
  };
  const std::string remove = "DELETE /live_inputs/input/outputs/";
  CHECK(removed("b") == texts{remove + "a", remove + "c"});
  CHECK(removed("") == texts{remove + "b", remove + "c"});
  CHECK(removed("gone") == texts{remove + "b", remove + "c"});
}

} // namespace round_test
