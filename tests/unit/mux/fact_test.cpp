// mux::fact: what is written into a key's metadata is read back, and nothing else is accepted; fact_of and
// beginning_of: turn a recording in a list into a fact.
#include "mux/fact.h"
#include "support/catch.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace {

mux::fact small() {
  return {.event_id = "e1",
          .kind = mux::fact_kind::stream_active,
          .at = edge::timestamp(std::chrono::microseconds(1'790'000'424'123'456)),
          .live_stream_id = "s1"};
}

mux::fact largest() {
  return {.event_id = std::string(64, 'e'),
          .kind = mux::fact_kind::stream_disconnected,
          .at = edge::timestamp(std::chrono::microseconds(253'402'300'799'999'999)),
          .live_stream_id = std::string(128, 's'),
          .asset_id = std::string(128, 'a'),
          .playback =
              mux::playback_id{.id = std::string(128, 'p'), .policy = mux::playback_policy::public_playback},
          .is_live = false,
          .duration = std::chrono::days{100} - edge::milliseconds{1},
          .started_at = edge::timestamp(std::chrono::microseconds(253'402'300'799'999'999)),
          .passthrough = std::string(255, '~'),
          .error = std::string(64, '_')};
}

} // namespace

TEST_CASE("A Mux fact survives a round trip through metadata") {
  for (const mux::fact& each : {small(), largest()}) {
    const std::string text = each.to_metadata();
    INFO(text);
    CHECK(mux::fact::from_metadata(text) == each);
  }
}

TEST_CASE("Every kind of Mux fact survives") {
  for (int i = 0; i <= static_cast<int>(mux::fact_kind::asset_deleted); ++i) {
    mux::fact each = small();
    each.asset_id = "a1";
    each.kind = static_cast<mux::fact_kind>(i);
    INFO(name_of(each.kind));
    CHECK(mux::fact::from_metadata(each.to_metadata()) == each);
  }
}

TEST_CASE("The largest Mux fact fits into metadata") {
  CHECK(largest().to_metadata().size() <= mux::fact::max_metadata_size);
}

TEST_CASE("A small Mux fact is a small object") {
  CHECK(small().to_metadata() ==
        R"({"event":"e1","kind":"stream_active","at":1790000424123456,"stream":"s1"})");
}

TEST_CASE("Metadata that is not a Mux fact is refused") {
  const std::vector<std::string_view> texts = {
      "",
      "{}",
      "[]",
      "null",
      "x",
      R"({"kind":"stream_active","at":1,"stream":"s1"})",
      R"({"event":"e1","at":1,"stream":"s1"})",
      R"({"event":"e1","kind":"stream_active","stream":"s1"})",
      R"({"event":"e1","kind":"stream_active","at":1})",
      R"({"event":"e1","kind":"video.live_stream.active","at":1,"stream":"s1"})",
      R"({"event":"e1","kind":"","at":1,"stream":"s1"})",
      R"({"event":"e1","kind":"stream_active","at":"1","stream":"s1"})",
      R"({"event":"e1","kind":"stream_active","at":1.5,"stream":"s1"})",
      R"({"event":"e/1","kind":"stream_active","at":1,"stream":"s1"})",
      R"({"event":"e1","kind":"stream_active","at":1,"stream":"../s1"})",
      R"({"event":"e1","kind":"asset_ready","at":1,"stream":"s1"})",
  };
  for (const std::string_view text : texts) {
    INFO(text);
    CHECK_FALSE(mux::fact::from_metadata(text));
  }
  const std::string padded = small().to_metadata() + std::string(1024, ' ');
  CHECK_FALSE(mux::fact::from_metadata(padded));
}

namespace {

constexpr edge::timestamp now{std::chrono::seconds(1'800'000'000)};
constexpr edge::timestamp created{std::chrono::seconds(1'790'000'421)};
constexpr edge::timestamp started{std::chrono::milliseconds(1'790'000'421'481)};

mux::asset whole_asset() {
  return {.id = "r01Asset",
          .status = mux::asset_status::ready,
          .is_live = false,
          .duration = edge::milliseconds{3601466},
          .playback_ids = {{.id = "Bz9asset", .policy = mux::playback_policy::signed_playback}},
          .started_at = started,
          .created_at = created,
          .live_stream_id = "Qk02n01b8",
          .passthrough = "whip-mux:prod:st_1"};
}

} // namespace

TEST_CASE("A recording that is complete in the list is complete") {
  const auto fact = fact_of(whole_asset(), now);
  REQUIRE(fact);
  CHECK(fact->kind == mux::fact_kind::asset_completed);
  CHECK((fact->at == now));
  CHECK(fact->live_stream_id == "Qk02n01b8");
  CHECK(fact->asset_id == "r01Asset");
  CHECK(fact->playback == whole_asset().playback());
  CHECK(fact->is_live == false);
  CHECK(fact->duration == edge::milliseconds{3601466});
  CHECK((fact->started_at == started));
  CHECK(fact->passthrough == "whip-mux:prod:st_1");
  CHECK_FALSE(fact->error);
  CHECK(mux::fact::from_metadata(fact->to_metadata()) == *fact);
}

TEST_CASE("A recording that has failed in the list has failed, even if it claims to be live") {
  mux::asset failed = whole_asset();
  failed.status = mux::asset_status::errored;
  failed.error = "invalid_input";
  failed.is_live = true;
  const auto fact = fact_of(failed, now);
  REQUIRE(fact);
  CHECK(fact->kind == mux::fact_kind::asset_errored);
  CHECK(fact->error == "invalid_input");
}

TEST_CASE("A growing or not yet playable recording produces no fact, nor does an upload") {
  mux::asset growing = whole_asset();
  growing.is_live = true;
  CHECK_FALSE(fact_of(growing, now));
  mux::asset preparing = whole_asset();
  preparing.status = mux::asset_status::preparing;
  CHECK_FALSE(fact_of(preparing, now));
  mux::asset upload = whole_asset();
  upload.live_stream_id.reset();
  CHECK_FALSE(fact_of(upload, now));
}

TEST_CASE("A recording without a start time started when it was created") {
  mux::asset unsaid = whole_asset();
  unsaid.started_at.reset();
  CHECK((fact_of(unsaid, now)->started_at == created));
}

TEST_CASE("An asset in the same state has the same event id whenever it is read, and never a webhook's") {
  const std::string id = fact_of(whole_asset(), now)->event_id;
  CHECK(fact_of(whole_asset(), now + std::chrono::hours(1))->event_id == id);
  CHECK(id.starts_with("list-")); // not hexadecimal digits, with which a UUID starts
  mux::asset other = whole_asset();
  other.id = "r02Asset";
  CHECK(fact_of(other, now)->event_id != id);
  other = whole_asset();
  other.status = mux::asset_status::errored;
  CHECK(fact_of(other, now)->event_id != id);
}

TEST_CASE("A fact about an asset with the longest id survives a round trip through metadata") {
  mux::asset longest = whole_asset();
  longest.id = std::string(128, 'a');
  const auto fact = fact_of(longest, now);
  REQUIRE(fact);
  CHECK(mux::fact::from_metadata(fact->to_metadata()) == *fact);
}
