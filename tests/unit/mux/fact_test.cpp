// mux::fact: what is written into a key's metadata is read back, and nothing else is accepted.
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
          .duration = 1.2345678901234567e-300,
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
