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
const std::string renamed = with(made, R"("name":"Court 3")", R"("name":"Court 4")");

const cloudflare::live_input_change disable{.enabled = false};
const cloudflare::live_input_change rename_it{.name = "Court 4"};

constexpr auto get = [](cloudflare::api& api) { return api.get_live_input(input); };
constexpr auto rotate = [](cloudflare::api& api) { return api.rotate_keys(input); };
constexpr auto list = [](cloudflare::api& api) { return api.list_live_inputs("whip-mux:prod:"); };

using outcome = edge::outcome<cloudflare::live_input>;

// The result of changing a live input that reads as `before`, with this response to the change.
outcome changed(const std::string& before, const cloudflare::live_input_change& change, int status,
                const std::string& after) {
  support::scripted_host world;
  world.answers(200, before);
  world.answers(status, after);
  return world.run(client(world).update_live_input(input, change));
}

// What a change writes to a live input that reads as `before`.
std::string written(const std::string& before, const cloudflare::live_input_change& change,
                    const std::string& after) {
  support::scripted_host world;
  world.answers(200, before);
  world.answers(200, after);
  REQUIRE(world.run(client(world).update_live_input(input, change)));
  return world.asked<fetch>().at(1).body;
}

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
      {"new_configuration_accepted", unknown},
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

TEST_CASE("A live input is disabled by writing all of it again") {
  support::scripted_host world;
  world.answers(200, made);
  world.answers(200, disabled);
  const auto updated = world.run(client(world).update_live_input(input, disable));
  REQUIRE(updated);
  CHECK(updated->id == input);
  CHECK_FALSE(updated->enabled);
  const auto asked = world.asked<fetch>();
  REQUIRE(asked.size() == 2);
  const std::string own = std::string(live_inputs) + "/" + std::string(input);
  CHECK(asked.at(0).method == "GET");
  CHECK(asked.at(0).url == own);
  CHECK(asked.at(1).method == "PUT");
  CHECK(asked.at(1).url == own);
  CHECK(asked.at(1).headers.find("content-type") == "application/json");
  CHECK(asked.at(1).body ==
        R"({"meta":{"name":"Court 3","streamId":"st_01JB7"},"recording":{"mode":"automatic",)"
        R"("timeoutSeconds":60,"requireSignedURLs":false},"enabled":false})");
}

TEST_CASE("Enabling a live input keeps its name, and renaming it keeps it enabled") {
  CHECK(written(disabled, {.enabled = true}, made).ends_with(R"("enabled":true})"));
  CHECK(written(made, rename_it, renamed).starts_with(R"({"meta":{"name":"Court 4","streamId":"st_01JB7"})"));
  CHECK(written(disabled, rename_it, with(renamed, R"("enabled":true)", R"("enabled":false)"))
            .ends_with(R"("enabled":false})"));
}

TEST_CASE("A change keeps everything else that was set on the live input, by us or by others") {
  const std::string before = with(
      with(with(made, R"("streamId":"st_01JB7"})",
                R"("streamId":"st_01JB7","x":{"n":[1,-2.5,"\u00e9",true,{},[]]},"none":null})"),
           R"("allowedOrigins":null})",
           R"("allowedOrigins":["example.com"],"hideLiveViewerCount":true,"later":"yes"})"),
      R"("status":null)",
      R"("status":null,"defaultCreator":"user-1","preferLowLatency":true,"deleteRecordingAfterDays":30)");
  const std::string after = with(before, R"("enabled":true)", R"("enabled":false)");
  CHECK(written(before, disable, after) ==
        R"({"meta":{"name":"Court 3","streamId":"st_01JB7","x":{"n":[1,-2.5,"é",true,{},[]]}},)"
        R"("recording":{"mode":"automatic","timeoutSeconds":60,"requireSignedURLs":false,)"
        R"("allowedOrigins":["example.com"],"hideLiveViewerCount":true,"later":"yes"},"enabled":false,)"
        R"("defaultCreator":"user-1","preferLowLatency":true,"deleteRecordingAfterDays":30})");
}

TEST_CASE("No credential is sent back with a change") {
  const std::string body = written(made, disable, disabled);
  for (const std::string_view credential :
       {"rtmps-key", "playback-key", "srt-id", "srt-pass", "WHIPSECRET"}) {
    CHECK(body.find(credential) == std::string::npos);
  }
}

TEST_CASE("A change that Cloudflare ignored, or that changed something else, is reported as an error") {
  const std::vector<std::pair<outcome, std::string>> outcomes = {
      {changed(made, disable, 200, made), "it is not disabled"},
      {changed(disabled, {.enabled = true}, 200, disabled), "it is not enabled"},
      {changed(made, disable, 200, with(made, R"("enabled":true,)", "")), "it is not disabled"},
      {changed(made, rename_it, 200, made), "it does not have the new name"},
      {changed(made, disable, 200, with(disabled, "automatic", "off")), "it does not record"},
      {changed(made, disable, 200,
               with(disabled, R"("requireSignedURLs":false)", R"("requireSignedURLs":true)")),
       "its playback is not protected as was asked"},
      {changed(made, disable, 200, with(disabled, "st_01JB7", "st_other")), "it does not carry our tag"}};
  for (const auto& [outcome, why] : outcomes) {
    INFO(why);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().kind == error_kind::malformed);
    CHECK(describe(outcome.error()) == "change the Cloudflare live input: " + why);
  }
}

TEST_CASE("A live input that cannot be read is not written") {
  for (const std::string& before :
       {std::string(), enveloped("{}"), enveloped("null"),
        with(made, R"("uid":"0f1e2d3c4b5a69788796a5b4c3d2e1f0")", R"("uid":"ffff")"),
        with(made, R"("recording":{)", R"("recorded":{)")}) {
    INFO(before);
    const auto outcome =
        answered(200, before, [](cloudflare::api& api) { return api.update_live_input(input, disable); });
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().kind == error_kind::malformed);
    CHECK(describe(outcome.error()) == "change the Cloudflare live input");
  }
  const auto gone = answered(404, refused(10003),
                             [](cloudflare::api& api) { return api.update_live_input(input, disable); });
  REQUIRE_FALSE(gone);
  CHECK(gone.error().kind == error_kind::not_found);
}

TEST_CASE("A failed change is reported in our words") {
  const std::vector<std::pair<int, error_kind>> kinds = {{400, error_kind::rejected},
                                                         {403, error_kind::unauthorized},
                                                         {404, error_kind::not_found},
                                                         {429, error_kind::throttled},
                                                         {500, error_kind::unavailable}};
  for (const auto& [status, kind] : kinds) {
    INFO(status);
    const auto refusal = changed(made, disable, status, refused(10005, "api-token"));
    REQUIRE_FALSE(refusal);
    CHECK(refusal.error().kind == kind);
    CHECK(describe(refusal.error()) == "change the Cloudflare live input: code 10005");
  }
  CHECK(changed(made, disable, 200, "<html>").error().kind == error_kind::malformed);
  CHECK(changed(made, disable, 200, enveloped("{}")).error().kind == error_kind::malformed);
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
    CHECK(is_rejected(world.run(client(world).update_live_input(id, disable))));
    CHECK(is_rejected(world.run(client(world).rotate_keys(id))));
    CHECK(is_rejected(world.run(client(world).list_videos(id))));
    CHECK(is_rejected(world.run(client(world).set_output_enabled(id, "a1", true))));
    CHECK(is_rejected(world.run(client(world).set_output_enabled("a1", id, true))));
    CHECK(is_rejected(world.run(client(world).delete_video(id))));
    CHECK(world.asked().empty());
  }
}
