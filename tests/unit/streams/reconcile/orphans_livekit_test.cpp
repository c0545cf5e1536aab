// streams::sweep_orphans at LiveKit, which does not say when it made an ingress.
#include "streams/reconcile/orphans.h"
#include "support/catch.h"
#include "unit/streams/reconcile/run.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace livekit_sweep_test {

namespace {

using namespace reconcile_test;
using namespace std::chrono_literals;
using support::reads;
using support::reads_stream;
using texts = std::vector<std::string>;

const std::string list = "POST https://proj.livekit.cloud/twirp/livekit.Ingress/ListIngress";
const std::string removal = "POST https://proj.livekit.cloud/twirp/livekit.Ingress/DeleteIngress";

edge::environment settings_with_livekit() {
  edge::environment from = settings_with_mux();
  from.set("LIVEKIT_URL", "https://proj.livekit.cloud");
  from.set("LIVEKIT_API_KEY", "APIkey");
  from.set("LIVEKIT_API_SECRET", "a-secret-of-livekit-and-worker-of-32-bytes");
  return from;
}

struct an_ingress {
  std::string id = "IN_1";
  std::string name = tag_of(stream_id(1));
  std::string_view status = "ENDPOINT_INACTIVE";
};

void lists_ingresses(run& to, const std::vector<an_ingress>& all) {
  json::array items;
  for (const an_ingress& each : all) {
    items.add(json::object()
                  .set("ingress_id", each.id)
                  .set("name", each.name)
                  .set("room_name", "room")
                  .set("url", "https://proj.whip.livekit.cloud/w")
                  .set("stream_key", "key")
                  .set("state", json::object().set("status", each.status)));
  }
  to.world.answers(200, json::object().set("items", std::move(items)).dump());
}

// What is read of an ingress before it is deleted, if the store knows no stream for it: no intent and no
// record.
void finds_orphan(run& to) {
  reads(to.world, {""});
  reads_stream(to.world, "");
  to.world.answers(200, "{}");
}

// The bodies of the calls that delete.
texts deleted_by(const run& what) {
  texts bodies;
  for (const edge::operation::fetch& each : what.world.asked<edge::operation::fetch>()) {
    if (support::name_of(each) == removal) {
      bodies.push_back(each.body);
    }
  }
  return bodies;
}

void sweep(run& what) { what.world.run(sweep_orphans(what.round, what.memory)); }

// Whether the sweep deleted an ingress of whose stream the store knows nothing, or only that record.
bool deletes(const an_ingress& one, const std::string& record = "") {
  run what{settings_with_livekit()};
  lists_inputs(what, {});
  lists_ingresses(what, {one});
  lists_live_streams(what, {});
  reads(what.world, {record});
  reads(what.world, {""});
  reads_stream(what.world, record);
  if (!record.empty()) {
    support::lists(what.world);
  }
  what.world.answers(200, "{}");
  sweep(what);
  const bool is_deleted = deleted_by(what) == texts{R"({"ingressId":")" + one.id + R"("})"};
  CHECK(support::calls_of(what.world).size() == (is_deleted ? 4 : 3));
  CHECK(what.round.counts().orphans_deleted == (is_deleted ? 1U : 0U));
  return is_deleted;
}

std::string record_after(streams::change_kind asked) {
  streams::stream_record record = stream_at(stream_id(1));
  record.desired.fold(streams::change::only(asked, now - 1h));
  return record.to_text();
}

std::string made_at(edge::timestamp time) { return tag_of(streams::make_stream_id(time, "0123456789")); }

} // namespace

TEST_CASE(
    "An ingress whose stream the store does not know is deleted once that is older than the grace period") {
  CHECK(deletes({}));
  CHECK(deletes({.name = made_at(now - grace)}));
  CHECK_FALSE(deletes({.name = made_at(now - grace + 1ms)}));
}

TEST_CASE("An ingress to which a phone publishes stays, and one that this deployment did not make") {
  CHECK_FALSE(deletes({.status = "ENDPOINT_PUBLISHING"}));
  CHECK_FALSE(deletes({.name = "a name"}));
  CHECK_FALSE(deletes({.name = tag_of(stream_id(1), "fedcba9876543210")}));
}

TEST_CASE("A stream keeps its ingress until it has ended or is deleted") {
  CHECK_FALSE(deletes({}, stream_at(stream_id(1)).to_text()));
  CHECK_FALSE(deletes({}, record_after(streams::change_kind::renamed)));
  CHECK(deletes({}, record_after(streams::change_kind::ended)));
  CHECK(deletes({}, record_after(streams::change_kind::deleted)));
}

TEST_CASE("Ingresses without a stream are no doubt about the store, and are not in Cloudflare's list") {
  run what{settings_with_livekit()};
  lists_inputs(what, {});
  lists_ingresses(what, {{.id = "IN_1"},
                         {.id = "IN_2", .name = tag_of(stream_id(2))},
                         {.id = "IN_3", .name = tag_of(stream_id(3))}});
  lists_live_streams(what, {});
  reads(what.world, {"", "", ""});
  for (int i = 0; i < 3; ++i) {
    finds_orphan(what);
  }
  sweep(what);
  CHECK(deleted_by(what).size() == 3);
  CHECK(what.round.counts().stopped.empty());
}

TEST_CASE("A LiveKit that fails is a failure, and the live inputs are swept all the same") {
  run what{settings_with_livekit()};
  lists_inputs(what, {{.id = "input1", .tag = tag_of(stream_id(1))}});
  what.world.answers(401);
  lists_live_streams(what, {});
  reads(what.world, {""});
  reads(what.world, {""});
  reads_stream(what.world, "");
  answers_input(what, "input1");
  support::deletes(what);
  sweep(what);
  CHECK(support::calls_of(what.world).back() == "DELETE /live_inputs/input1");
  CHECK(what.round.counts().failures == 1);
}

TEST_CASE("LiveKit's list is read with the first page of Mux's only") {
  run what{settings_with_livekit()};
  what.memory.mux_page = 2;
  lists_live_streams(what, {});
  sweep(what);
  CHECK(support::calls_of(what.world) == texts{"GET /live-streams?limit=100&page=2"});

  run first{settings_with_livekit()};
  lists_inputs(first, {});
  lists_ingresses(first, {});
  lists_live_streams(first, {});
  sweep(first);
  CHECK(support::calls_of(first.world)[1] == list);
}

} // namespace livekit_sweep_test
