// cloudflare::api: outputs.
#include "cloudflare/api.h"
#include "support/catch.h"
#include "support/scripted_host.h"
#include "unit/cloudflare/client.h"

#include <string>
#include <utility>
#include <vector>

namespace {

using cloudflare_test::answered;
using cloudflare_test::asked_by;
using cloudflare_test::client;
using cloudflare_test::enveloped;
using cloudflare_test::input;
using cloudflare_test::live_inputs;
using cloudflare_test::refused;
using cloudflare_test::with;
using edge::error_kind;
using edge::operation::fetch;

const std::string output =
    R"({"uid":"aa11bb22","url":"rtmps://global-live.mux.com:443/app","streamKey":"mux-key","enabled":true})";
const std::string on = enveloped(output);
const std::string off = with(on, R"("enabled":true)", R"("enabled":false)");

constexpr auto switch_on = [](cloudflare::api& api) {
  return api.set_output_enabled(input, "aa11bb22", true);
};
constexpr auto switch_off = [](cloudflare::api& api) {
  return api.set_output_enabled(input, "aa11bb22", false);
};

} // namespace

TEST_CASE("An output is switched by sending nothing else") {
  const fetch asked = asked_by(200, off, switch_off);
  CHECK(asked.method == "PUT");
  CHECK(asked.url == std::string(live_inputs) + "/" + std::string(input) + "/outputs/aa11bb22");
  CHECK(asked.body == R"({"enabled":false})");
  CHECK(asked_by(200, on, switch_on).body == R"({"enabled":true})");
  CHECK_FALSE(answered(200, off, switch_off)->enabled);
  CHECK(answered(200, on, switch_on)->id == "aa11bb22");
}

TEST_CASE("An output that was not switched as requested is reported as an error") {
  CHECK(describe(answered(200, on, switch_off).error()) ==
        "switch the Cloudflare output: it is not disabled");
  CHECK(describe(answered(200, off, switch_on).error()) == "switch the Cloudflare output: it is not enabled");
  for (const std::string& body : {std::string(), enveloped("{}"), enveloped("[]"),
                                  with(on, "aa11bb22", "ff00"), with(on, R"("mux-key")", "null")}) {
    INFO(body);
    const auto outcome = answered(200, body, switch_on);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().kind == error_kind::malformed);
    CHECK(describe(outcome.error()) == "switch the Cloudflare output");
  }
}

TEST_CASE("Switching a missing or forbidden output fails according to the status") {
  const std::vector<std::pair<int, error_kind>> kinds = {
      {400, error_kind::rejected},  {403, error_kind::unauthorized}, {404, error_kind::not_found},
      {429, error_kind::throttled}, {500, error_kind::unavailable},  {200, error_kind::rejected}};
  for (const auto& [status, kind] : kinds) {
    INFO(status);
    const auto outcome = answered(status, refused(10003, "mux-key"), switch_on);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().kind == kind);
    CHECK(describe(outcome.error()) == "switch the Cloudflare output: code 10003");
  }
}

TEST_CASE("An output is created enabled, with the stream key only in the body") {
  support::scripted_host world;
  world.answers(200, enveloped(output));
  const auto created = world.run(
      client(world).create_output(input, "rtmps://global-live.mux.com:443/app", crypto::secret("mux-key")));
  REQUIRE(created);
  CHECK(created->id == "aa11bb22");
  CHECK(created->url == "rtmps://global-live.mux.com:443/app");
  CHECK(created->stream_key.matches("mux-key"));
  CHECK(created->enabled);
  const fetch asked = world.asked<fetch>().at(0);
  CHECK(asked.method == "POST");
  CHECK(asked.url == std::string(live_inputs) + "/" + std::string(input) + "/outputs");
  CHECK(asked.body ==
        R"({"url":"rtmps://global-live.mux.com:443/app","streamKey":"mux-key","enabled":true})");
  CHECK_FALSE(asked.headers.find("idempotency-key"));
}

TEST_CASE("A disabled output is not the requested one") {
  for (const std::string& body :
       {with(output, "true", "false"), with(output, R"("uid":"aa11bb22")", R"("uid":"a/b")"),
        with(output, R"("streamKey":"mux-key",)", ""),
        with(output, "rtmps://global-live.mux.com:443/app", "x y"), std::string("{}"), std::string("[]")}) {
    INFO(body);
    support::scripted_host world;
    world.answers(200, enveloped(body));
    const auto created =
        world.run(client(world).create_output(input, "rtmps://a/b", crypto::secret("mux-key")));
    REQUIRE_FALSE(created);
    CHECK(created.error().kind == error_kind::malformed);
  }
}

TEST_CASE("The outputs of a live input are listed with their keys, to recognise ours") {
  support::scripted_host world;
  world.answers(
      200,
      enveloped("[" + output + "," +
                with(with(output, "aa11bb22", "cc33"), R"(,"enabled":true)", R"(,"enabled":false)") + "]"));
  const auto outputs = world.run(client(world).list_outputs(input));
  REQUIRE(outputs);
  REQUIRE(outputs->size() == 2);
  CHECK(outputs->at(0).stream_key.matches("mux-key"));
  CHECK(outputs->at(0).enabled);
  CHECK(outputs->at(1).id == "cc33");
  CHECK_FALSE(outputs->at(1).enabled);
  world.answers(200, enveloped("[]"));
  CHECK(world.run(client(world).list_outputs(input))->empty());
  world.answers(200, enveloped("{}"));
  CHECK(world.run(client(world).list_outputs(input)).error().kind == error_kind::malformed);
  world.answers(200, enveloped("[{}]"));
  CHECK(world.run(client(world).list_outputs(input)).error().kind == error_kind::malformed);
}

TEST_CASE("An output is deleted, or found missing") {
  support::scripted_host world;
  world.answers(200, enveloped(R"("")"));
  REQUIRE(world.run(client(world).delete_output(input, "aa11bb22")));
  CHECK(world.asked<fetch>().at(0).method == "DELETE");
  CHECK(world.asked<fetch>().at(0).url ==
        std::string(live_inputs) + "/" + std::string(input) + "/outputs/aa11bb22");
  world.answers(404, refused(10003));
  CHECK(world.run(client(world).delete_output(input, "aa11bb22")));
  world.answers(500, "");
  CHECK_FALSE(world.run(client(world).delete_output(input, "aa11bb22")));
}
