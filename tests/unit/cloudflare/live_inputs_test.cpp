// cloudflare::api: changes of a live input, and the list of all of ours.
#include "cloudflare/api.h"
#include "support/catch.h"
#include "support/scripted_host.h"
#include "support/times.h"
#include "unit/cloudflare/client.h"

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using cloudflare_test::answered;
using cloudflare_test::asked_by;
using cloudflare_test::client;
using cloudflare_test::enveloped;
using cloudflare_test::input;
using cloudflare_test::is_rejected;
using cloudflare_test::live_inputs;
using cloudflare_test::made;
using cloudflare_test::refused;
using cloudflare_test::with;
using edge::error_kind;
using edge::operation::fetch;

const std::string disabled = with(made, R"("enabled":true)", R"("enabled":false)");

constexpr auto disable = [](cloudflare::api& api) { return api.disable_live_input(input); };
constexpr auto get = [](cloudflare::api& api) { return api.get_live_input(input); };
constexpr auto rotate = [](cloudflare::api& api) { return api.rotate_keys(input); };
constexpr auto list = [](cloudflare::api& api) { return api.list_live_inputs("whip-mux:prod:"); };

std::optional<cloudflare::live_input_status> status_read(std::string_view status) {
  const auto read = answered(200, with(made, R"("status":null)", R"("status":)" + std::string(status)), get);
  REQUIRE(read);
  return read->status;
}

// A number, because Catch2 would print a time with std::format and 128-bit arithmetic.
using support::microseconds;

} // namespace

TEST_CASE("A live input is read as enabled or not, and as not connected if it has no status") {
  CHECK(answered(200, made, get)->enabled);
  CHECK_FALSE(answered(200, made, get)->status);
  CHECK_FALSE(answered(200, disabled, get)->enabled);
  CHECK(answered(200, with(made, R"("enabled":true,)", ""), get)->enabled);
  CHECK_FALSE(answered(200, with(made, R"("status":null,)", ""), get)->status);
}

TEST_CASE("The status of a live input is read in the form that Cloudflare returns") {
  const auto status =
      status_read(R"({"current":{"ingestProtocol":"webrtc","state":"connected","reason":null,)"
                  R"("statusEnteredAt":"2026-09-20T11:00:00.000Z",)"
                  R"("statusLastSeen":"2026-09-20T11:00:05.000Z"},"history":[]})");
  REQUIRE(status);
  CHECK(status->state == cloudflare::encoder_state::connected);
  CHECK(status->since.transform(microseconds) == 1'789'902'000'000'000);
  using enum cloudflare::encoder_state;
  CHECK(status_read(R"({"current":{"state":"disconnected","ingestProtocol":"rtmp"}})") ==
        cloudflare::live_input_status{.state = disconnected});
  CHECK(status_read(R"({"current":{"state":"errored","ingestProtocol":"srt"}})") ==
        cloudflare::live_input_status{.state = errored});
  CHECK(status_read(R"({"current":{"state":"errored","reason":"badRequest"}})") ==
        cloudflare::live_input_status{.state = errored, .reason = "badRequest"});
  CHECK(status_read(R"({"current":{"state":"new_configuration_accepted"}})") ==
        cloudflare::live_input_status{.state = connected});
}

TEST_CASE("The status of a live input is read in the form that Cloudflare documents") {
  using enum cloudflare::encoder_state;
  const std::vector<std::pair<std::string, cloudflare::encoder_state>> words = {
      {"connected", connected},
      {"reconnected", connected},
      {"reconnecting", disconnected},
      {"client_disconnect", disconnected},
      {"ttl_exceeded", disconnected},
      {"failed_to_connect", disconnected},
      {"failed_to_reconnect", disconnected},
      {"new_configuration_accepted", connected},
      {"", unknown}};
  for (const auto& [word, state] : words) {
    INFO(word);
    CHECK(status_read('"' + word + '"') == cloudflare::live_input_status{.state = state});
  }
}

TEST_CASE("A status in any other form is unknown, and the live input is still read") {
  for (const std::string_view status :
       {"7", "[]", "{}", "true", R"({"current":null})", R"({"current":"connected"})",
        R"({"current":{"state":7,"ingestProtocol":"rist","statusEnteredAt":"then"}})"}) {
    INFO(status);
    CHECK(status_read(status) == cloudflare::live_input_status{.state = cloudflare::encoder_state::unknown});
  }
}

TEST_CASE("A live input is disabled by one call that leaves everything else as it is") {
  for (const std::string& body : {disabled, enveloped("{}"), enveloped("null"), std::string{}}) {
    INFO(body);
    CHECK(answered(200, body, disable));
  }
  const fetch asked = asked_by(200, disabled, disable);
  CHECK(asked.method == "POST");
  CHECK(asked.url == std::string(live_inputs) + "/" + std::string(input) + "/disable");
  CHECK(asked.body.empty());
}

TEST_CASE("A live input that was not disabled is reported in our words") {
  const std::vector<std::pair<int, error_kind>> kinds = {
      {400, error_kind::rejected},  {403, error_kind::unauthorized}, {404, error_kind::not_found},
      {429, error_kind::throttled}, {500, error_kind::unavailable},  {200, error_kind::rejected}};
  for (const auto& [status, kind] : kinds) {
    INFO(status);
    const auto refusal = answered(status, refused(10005, "api-token"), disable);
    REQUIRE_FALSE(refusal);
    CHECK(refusal.error().kind == kind);
    CHECK(describe(refusal.error()) == "disable the Cloudflare live input: code 10005");
  }
}

TEST_CASE("Who may watch a live input is changed, with everything else that it records by") {
  for (const bool is_private : {true, false}) {
    const auto protect = [is_private](cloudflare::api& api) {
      return api.protect_live_input(input, is_private, !is_private);
    };
    const std::string required = is_private ? "true" : "false";
    const std::string other = is_private ? "false" : "true";
    const std::string now = with(made, R"("requireSignedURLs":false)", R"("requireSignedURLs":)" + required);
    const auto changed = answered(200, now, protect);
    REQUIRE(changed);
    CHECK(changed->require_signed_urls == is_private);
    const fetch asked = asked_by(200, now, protect);
    CHECK(asked.method == "PUT");
    CHECK(asked.url == std::string(live_inputs) + "/" + std::string(input));
    std::string body = R"({"enabled":)";
    body.append(other)
        .append(R"(,"recording":{"mode":"automatic","timeoutSeconds":60,"requireSignedURLs":)")
        .append(required)
        .append("}}");
    CHECK(asked.body == body);
  }
}

TEST_CASE("Keys are rotated, and the new ones are returned") {
  const auto rotated = answered(200, with(made, "rtmps-key", "newer-key"), rotate);
  REQUIRE(rotated);
  CHECK(rotated->rtmps_key.matches("newer-key"));
  const fetch asked = asked_by(200, made, rotate);
  CHECK(asked.method == "POST");
  CHECK(asked.url == std::string(live_inputs) + "/" + std::string(input) + "/rotate_keys");
  CHECK(asked.body.empty());
}

TEST_CASE("A rotation with an unreadable response may have changed the keys") {
  for (const std::string& body :
       {std::string(), enveloped("{}"), enveloped(R"("")"),
        with(made, R"("uid":"0f1e2d3c4b5a69788796a5b4c3d2e1f0")", R"("uid":"ffff")"),
        with(made, R"("streamKey":"rtmps-key")", R"("streamKey":null)")}) {
    INFO(body);
    const auto outcome = answered(200, body, rotate);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().effect_unknown());
    CHECK(describe(outcome.error()) == "rotate the keys of the Cloudflare live input");
  }
  CHECK(answered(404, refused(10003), rotate).error().kind == error_kind::not_found);
  CHECK(answered(429, "", rotate).error().kind == error_kind::throttled);
}

TEST_CASE("The list of live inputs contains those with the tag's prefix, with their times") {
  const std::string body = enveloped(
      R"({"liveInputs":[)"
      R"({"uid":"a1","created":"2026-09-20T10:52:04.856545Z","meta":{"name":"Court 3","streamId":"whip-mux:prod:st_1"}},)"
      R"({"uid":"../x","meta":{"streamId":"whip-mux:staging:st_2"}},{"meta":{}},{},7,{"meta":"whip-mux:prod:"},)"
      R"({"uid":"a2","created":"then","meta":{"name":7,"streamId":"whip-mux:prod:"}}],"range":7,"total":7})");
  const auto found = answered(200, body, list);
  REQUIRE(found);
  REQUIRE(found->live_inputs.size() == 2);
  CHECK(found->live_inputs.at(0).id == "a1");
  CHECK(found->live_inputs.at(0).tag == "whip-mux:prod:st_1");
  CHECK(found->live_inputs.at(0).created.transform(microseconds) == 1'789'901'524'856'545);
  CHECK(found->live_inputs.at(1).id == "a2");
  CHECK_FALSE(found->live_inputs.at(1).created);
  CHECK_FALSE(found->more);
  const fetch asked = asked_by(200, body, list);
  CHECK(asked.url == std::string(live_inputs) + "?include_counts=true");
  CHECK(asked.body_limit == cloudflare::api::list_limit);
}

TEST_CASE("Another team's meta does not hide our live inputs") {
  const std::string ours =
      R"({"uid":"a1","created":"2026-09-20T10:52:04Z","meta":{"streamId":"whip-mux:prod:st_1"}})";
  const std::string deep(100, '[');
  for (const std::string& meta :
       {std::string(R"({"ticket":123456789012345678901})"), std::string(R"({"emoji":"\ud83d"})"),
        std::string("{\"text\":\"\xff\"}"), std::string(R"({"huge":1e999})"),
        R"({"deep":)" + deep + std::string(100, ']') + "}"}) {
    INFO(meta);
    std::string both = R"({"liveInputs":[{"uid":"b1","meta":)";
    both.append(meta).append("},").append(ours).append("]}");
    const auto found = answered(200, enveloped(both), list);
    REQUIRE(found);
    REQUIRE(found->live_inputs.size() == 1);
    CHECK(found->live_inputs.front().id == "a1");
  }
}

TEST_CASE("The list of an account with 10,000 live inputs is read whole") {
  std::string all;
  for (int i = 0; i < 10000; ++i) {
    all.append(i > 0 ? "," : "")
        .append(R"({"uid":")")
        .append(std::string(27, 'a') + std::to_string(10000 + i));
    all.append(R"(","created":"2026-09-20T10:52:04.856545Z","modified":"2026-09-20T10:52:04.856545Z",)")
        .append(R"("enabled":true,"deleteRecordingAfterDays":null,"meta":{"name":")")
        .append(std::string(300, 'n'))
        .append(R"(","streamId":"whip-mux:prod:st_1"}})");
  }
  const std::string body = enveloped(R"({"liveInputs":[)" + all + R"(],"range":10000,"total":10000})");
  CHECK(body.size() < cloudflare::api::list_limit);
  const auto found = answered(200, body, list);
  REQUIRE(found);
  CHECK(found->live_inputs.size() == 10000);
  CHECK_FALSE(found->more);
}

TEST_CASE("A truncated list of live inputs says so") {
  CHECK(answered(200, enveloped(R"({"liveInputs":[],"range":0,"total":1})"), list)->more);
  CHECK_FALSE(answered(200, enveloped(R"({"liveInputs":[]})"), list)->more);
}

TEST_CASE("A list with a malformed live input of ours is an error") {
  for (const std::string_view result :
       {"[]", "{}", R"({"liveInputs":null})",
        R"({"liveInputs":[{"uid":"../x","meta":{"streamId":"whip-mux:prod:st_1"}}]})"}) {
    INFO(result);
    const auto found = answered(200, enveloped(result), list);
    REQUIRE_FALSE(found);
    CHECK(found.error().kind == error_kind::malformed);
    CHECK(describe(found.error()) == "list the Cloudflare live inputs");
  }
}

TEST_CASE("Listing without a tag prefix is refused") {
  support::scripted_host world;
  CHECK(is_rejected(world.run(client(world).list_live_inputs(""))));
  CHECK(world.asked().empty());
}

TEST_CASE("Only the id of a live input gets into a path of Cloudflare") {
  for (const std::string_view id : {"", "..", "a/b", "a?b", "a b", "%2e", "a\n"}) {
    INFO(id);
    support::scripted_host world;
    CHECK(is_rejected(world.run(client(world).disable_live_input(id))));
    CHECK(is_rejected(world.run(client(world).rotate_keys(id))));
    CHECK(is_rejected(world.run(client(world).list_videos(id))));
    CHECK(is_rejected(world.run(client(world).set_output_enabled(id, "a1", true))));
    CHECK(is_rejected(world.run(client(world).set_output_enabled("a1", id, true))));
    CHECK(is_rejected(world.run(client(world).delete_video(id))));
    CHECK(world.asked().empty());
  }
}
