// cloudflare::fact: what is written into a key's metadata is read back, and nothing else is accepted.
#include "cloudflare/fact.h"
#include "cloudflare/types.h"
#include "support/catch.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace {

cloudflare::fact small() {
  return {.event_id = "0123456789abcdef0123456789abcdef",
          .kind = cloudflare::fact_kind::input_connected,
          .at = edge::timestamp(std::chrono::microseconds(1'789'902'001'855'717)),
          .live_input_id = "0f1e2d3c"};
}

cloudflare::fact largest() {
  return {.event_id = std::string(64, 'e'),
          .kind = cloudflare::fact_kind::input_disconnected,
          .at = edge::timestamp(std::chrono::microseconds(253'402'300'799'999'999)),
          .live_input_id = std::string(64, 'i'),
          .video_id = std::string(64, 'v'),
          .created = edge::timestamp(std::chrono::microseconds(-62'167'219'200'000'000)),
          .duration = std::chrono::days{100} - edge::milliseconds{1},
          .hls_url = "https://" + std::string(504, 'h'),
          .error_code = std::string(64, '_')};
}

} // namespace

TEST_CASE("A Cloudflare fact survives a round trip through metadata") {
  for (const cloudflare::fact& each : {small(), largest()}) {
    const std::string text = each.to_metadata();
    INFO(text);
    CHECK(cloudflare::fact::from_metadata(text) == each);
  }
}

TEST_CASE("Every kind of Cloudflare fact survives") {
  for (int i = 0; i <= static_cast<int>(cloudflare::fact_kind::input_errored); ++i) {
    cloudflare::fact each = largest();
    each.kind = static_cast<cloudflare::fact_kind>(i);
    INFO(name_of(each.kind));
    CHECK(cloudflare::fact::from_metadata(each.to_metadata()) == each);
  }
}

TEST_CASE("The largest Cloudflare fact fits into metadata") {
  CHECK(largest().to_metadata().size() <= cloudflare::fact::max_metadata_size);
}

TEST_CASE("A small Cloudflare fact is a small object") {
  CHECK(small().to_metadata() == R"({"event":"0123456789abcdef0123456789abcdef","kind":"input_connected",)"
                                 R"("at":1789902001855717,"input":"0f1e2d3c"})");
}

TEST_CASE("Metadata that is not a Cloudflare fact is refused") {
  const std::vector<std::string_view> texts = {
      "",
      "{}",
      "[]",
      "x",
      R"({"kind":"input_connected","at":1,"input":"i"})",
      R"({"event":"e","at":1,"input":"i"})",
      R"({"event":"e","kind":"input_connected","input":"i"})",
      R"({"event":"e","kind":"input_connected","at":1})",
      R"({"event":"e","kind":"input_connected","at":1,"video":"v"})",
      R"({"event":"e","kind":"input_connected","at":1,"input":"i/1"})",
      R"({"event":"e","kind":"video_ready","at":1,"input":"i"})",
      R"({"event":"e","kind":"live_input.connected","at":1,"input":"i"})",
      R"({"event":"e","kind":"-","at":1,"input":"i"})",
      R"({"event":"e/1","kind":"input_connected","at":1,"input":"i"})",
      R"({"event":"e","kind":"input_connected","at":"1","input":"i"})",
  };
  for (const std::string_view text : texts) {
    INFO(text);
    CHECK_FALSE(cloudflare::fact::from_metadata(text));
  }
  CHECK_FALSE(cloudflare::fact::from_metadata(small().to_metadata() + std::string(1024, ' ')));
}

TEST_CASE("A live input that reports an error is a fact with its reason") {
  const std::string id = "0f1e2d3c";
  const edge::timestamp since{std::chrono::seconds{1'790'000'000}};
  cloudflare::live_input_status broken{
      .state = cloudflare::encoder_state::errored, .since = since, .reason = "badRequest"};
  const auto said = cloudflare::fact_of(id, broken);
  REQUIRE(said);
  CHECK(said->kind == cloudflare::fact_kind::input_errored);
  CHECK((said->at == since));
  CHECK(said->error_code == "badRequest");
  CHECK(cloudflare::fact::from_metadata(said->to_metadata()) == said);
  broken.state = cloudflare::encoder_state::connected;
  CHECK_FALSE(cloudflare::fact_of(id, broken)->error_code);
  broken.state = cloudflare::encoder_state::unknown;
  CHECK_FALSE(cloudflare::fact_of(id, broken));
  CHECK_FALSE(cloudflare::fact_of(id, std::nullopt));
}
