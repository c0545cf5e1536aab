// The stored form of streams::desired_state and streams::broadcast_state, to the byte: records of older
// versions must stay readable.
#include "json/reader.h"
#include "streams/model/broadcast_state.h"
#include "streams/model/desired_state.h"
#include "support/catch.h"

#include <string>
#include <string_view>

namespace {

constexpr std::string_view desired =
    R"({"title":[1,"The service"],"simulcast":[2,false],"private":[2,true],"downloads":[2,true],)"
    R"("start":[2,900],"description":[2,"a"],"cover":[2,"b"],"ended":3,"closed":4,"rotated":5,"stopped":5,)"
    R"("deleted":6,"recordingsDeleted":7,"checked":8,)"
    R"("backup":[9,{"liveStreamId":"l","playbackId":"p","outputId":"o"}]})";

constexpr std::string_view broadcasts =
    R"({"connected":1,"disconnected":2,"active":3,"idle":4,"refused":5,"newestFact":6,)"
    R"("errored":7,"ingestError":[7,"code"],"session":{"begun":8,"id":"s","ended":9},"recordings":[)"
    R"({"source":"cloudflare","id":"v","begun":1,"playback":[2,"url"],"duration":[3,1.5],"end":[4,"ready"]},)"
    R"({"source":"mux","id":"a","begun":1}]})";

} // namespace

TEST_CASE("Every register of the desired state is read and written in the stored form") {
  auto text = json::document::parse(desired);
  REQUIRE(text);
  auto state = streams::desired_state::from_json(text->root());
  CHECK(state.to_json().dump() == desired);
  // The check at 8 is not a change; the backup at 9 is.
  CHECK(state.newest_change() == edge::from_microseconds(9));
}

TEST_CASE("A check of the recordings is not a change") {
  auto text = json::document::parse(R"({"ended":3,"checked":8})");
  REQUIRE(text);
  CHECK(streams::desired_state::from_json(text->root()).newest_change() == edge::from_microseconds(3));
}

TEST_CASE("An older record holds the time of an encoder's error only with its code") {
  auto text = json::document::parse(R"({"connected":1,"ingestError":[7,"code"],"recordings":[]})");
  REQUIRE(text);
  auto state = streams::broadcast_state::from_json(text->root());
  REQUIRE(state);
  CHECK(state->ingest_error() == "code");
}

TEST_CASE("Every register of the broadcasts is read and written in the stored form") {
  auto text = json::document::parse(broadcasts);
  REQUIRE(text);
  auto state = streams::broadcast_state::from_json(text->root());
  REQUIRE(state);
  CHECK(state->to_json().dump() == broadcasts);
}

TEST_CASE("A register whose time or value cannot be read is left out") {
  for (const std::string_view each :
       {R"({"simulcast":[2]})", R"({"simulcast":[2,"x"]})", R"({"simulcast":["x",true]})",
        R"({"simulcast":[]})", R"({"title":["x","The service"]})", R"({"start":["x",5]})",
        R"({"ended":"x"})"}) {
    INFO(each);
    const auto text = json::document::parse(each);
    REQUIRE(text);
    CHECK((streams::desired_state::from_json(text->root()) == streams::desired_state{}));
  }
  for (const std::string_view duration : {R"([3])", R"([3,"x"])", R"(["x",1.5])"}) {
    INFO(duration);
    const auto text = json::document::parse(
        R"({"recordings":[{"source":"mux","id":"a","begun":1,"duration":)" + std::string{duration} + "}]}");
    REQUIRE(text);
    const auto state = streams::broadcast_state::from_json(text->root());
    REQUIRE(state);
    CHECK(state->to_json().dump() == R"({"recordings":[{"source":"mux","id":"a","begun":1}]})");
  }
}
