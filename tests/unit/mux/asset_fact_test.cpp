// mux::fact_of: turns a recording in a list into the fact of its webhook.
#include "mux/fact.h"
#include "support/catch.h"

#include <chrono>
#include <string>

namespace {

constexpr edge::timestamp now{std::chrono::seconds(1'800'000'000)};
constexpr edge::timestamp created{std::chrono::seconds(1'790'000'421)};
constexpr edge::timestamp started{std::chrono::milliseconds(1'790'000'421'481)};

mux::asset whole() {
  return {.id = "r01Asset",
          .status = mux::asset_status::ready,
          .is_live = false,
          .duration = 3601.4667,
          .playback = mux::playback_id{.id = "Bz9asset", .policy = mux::playback_policy::signed_playback},
          .started_at = started,
          .created_at = created,
          .live_stream_id = "Qk02n01b8",
          .passthrough = "whip-mux:prod:st_1"};
}

} // namespace

TEST_CASE("A recording that is complete in the list is complete") {
  const auto fact = fact_of(whole(), now);
  REQUIRE(fact);
  CHECK(fact->kind == mux::fact_kind::asset_completed);
  CHECK((fact->at == now));
  CHECK(fact->live_stream_id == "Qk02n01b8");
  CHECK(fact->asset_id == "r01Asset");
  CHECK(fact->playback == whole().playback);
  CHECK(fact->is_live == false);
  CHECK(fact->duration == 3601.4667);
  CHECK((fact->started_at == started));
  CHECK(fact->passthrough == "whip-mux:prod:st_1");
  CHECK_FALSE(fact->error);
  CHECK(mux::fact::from_metadata(fact->to_metadata()) == *fact);
}

TEST_CASE("A recording that has failed in the list has failed, even if it claims to be live") {
  mux::asset failed = whole();
  failed.status = mux::asset_status::errored;
  failed.error = "invalid_input";
  failed.is_live = true;
  const auto fact = fact_of(failed, now);
  REQUIRE(fact);
  CHECK(fact->kind == mux::fact_kind::asset_errored);
  CHECK(fact->error == "invalid_input");
}

TEST_CASE("A growing or not yet playable recording produces no fact, nor does an upload") {
  mux::asset growing = whole();
  growing.is_live = true;
  CHECK_FALSE(fact_of(growing, now));
  mux::asset preparing = whole();
  preparing.status = mux::asset_status::preparing;
  CHECK_FALSE(fact_of(preparing, now));
  mux::asset upload = whole();
  upload.live_stream_id.reset();
  CHECK_FALSE(fact_of(upload, now));
}

TEST_CASE("A recording without a start time started when it was created") {
  mux::asset unsaid = whole();
  unsaid.started_at.reset();
  CHECK((fact_of(unsaid, now)->started_at == created));
}

TEST_CASE("An asset in the same state has the same event id whenever it is read, and never a webhook's") {
  const std::string id = fact_of(whole(), now)->event_id;
  CHECK(fact_of(whole(), now + std::chrono::hours(1))->event_id == id);
  CHECK(id.starts_with("list-")); // not hexadecimal digits, with which a UUID starts
  mux::asset other = whole();
  other.id = "r02Asset";
  CHECK(fact_of(other, now)->event_id != id);
  other = whole();
  other.status = mux::asset_status::errored;
  CHECK(fact_of(other, now)->event_id != id);
}

TEST_CASE("A fact about an asset with the longest id survives a round trip through metadata") {
  mux::asset longest = whole();
  longest.id = std::string(128, 'a');
  const auto fact = fact_of(longest, now);
  REQUIRE(fact);
  CHECK(mux::fact::from_metadata(fact->to_metadata()) == *fact);
}
