// The handlers that create streams: what they refuse before anything is created.
#include "support/catch.h"
#include "unit/api/calling.h"

#include <string>
#include <vector>

namespace api {
edge::task<edge::result<>> create_stream(edge::context& request);
edge::task<edge::result<>> create_whip(edge::context& request);
edge::task<edge::result<>> create_at_mux(edge::context& request);
} // namespace api

namespace {

using handler = edge::task<edge::result<>> (*)(edge::context&);
using names = std::vector<std::string>;

struct refusal {
  int status = 0;
  names fields;
  bool operator==(const refusal&) const = default;
};

// Only the body is read.
refusal refused(handler create, const std::string& body, const std::string& key = {}) {
  support::scripted_host world{support::api_settings()};
  world.next<edge::operation::read_body>(body);
  edge::context request =
      support::request_for(world, {.method = "POST", .authorization = support::bearer_of("owner")});
  if (!key.empty()) {
    request.request.headers.add("idempotency-key", key);
  }
  const auto answer = world.run(create(request));
  REQUIRE_FALSE(answer);
  CHECK(world.asked().size() == 1);
  refusal found{.status = answer.error().status, .fields = {}};
  for (const edge::invalid_field& each : answer.error().fields) {
    found.fields.push_back(each.field);
  }
  return found;
}

refusal fields(names which) { return {.status = 400, .fields = std::move(which)}; }

} // namespace

TEST_CASE("A creation names every invalid field") {
  CHECK(refused(api::create_whip, R"({"title":"","memorialId":"?","visibility":"secret"})") ==
        fields({"title", "memorialId", "visibility"}));
  CHECK(refused(api::create_whip, R"({"title":"a","ingest":"relay"})") == fields({"ingest"}));
  CHECK(refused(api::create_stream, R"({"title":"a"})") == fields({"streamingMethod"}));
  CHECK(refused(api::create_at_mux, R"({"title":"a"})") == fields({"memorialId"}));
  CHECK(refused(api::create_at_mux, R"({"memorialId":"m","enableMuxBackup":true})") ==
        fields({"enableMuxBackup"}));
}

TEST_CASE("A creation is refused for a plan that the deployment or the method does not have") {
  for (const char* ingest : {"relay", "mux"}) {
    CHECK(refused(api::create_stream,
                  std::string{R"({"title":"a","streamingMethod":"whip_browser","ingest":")"} + ingest +
                      "\"}") == fields({"ingest"}));
  }
  CHECK(refused(api::create_stream, R"({"title":"a","streamingMethod":"obs","ingest":"relay"})") ==
        fields({"ingest"}));
}

TEST_CASE("A creation is refused for an output that is private, twice the same, or one too many") {
  const std::string start = R"({"title":"a","streamingMethod":"obs","outputs":[)";
  const std::string output = R"({"url":"rtmp://a.example.com/x","streamKey":"k"})";
  CHECK(refused(api::create_stream, start + R"({"url":"rtmp://localhost../x","streamKey":"k"}]})") ==
        fields({"outputs[0].url"}));
  CHECK(refused(api::create_stream, start + output + ',' + output + "]}") == fields({"outputs"}));
  std::string many = start + R"({"url":"rtmp://a.example.com/x","streamKey":"k"})";
  for (int i = 1; i < 50; ++i) {
    many += R"(,{"url":"rtmp://a.example.com/x","streamKey":"k)" + std::to_string(i) + "\"}";
  }
  CHECK(refused(api::create_stream, many + "]}") == fields({"outputs"}));
}

TEST_CASE("An Idempotency-Key has 1 to 255 printable characters") {
  for (const std::string& key : {std::string(256, 'k'), std::string{"a\tb"}, std::string{"\xc3\xa4"}}) {
    INFO(key);
    CHECK(refused(api::create_whip, R"({"title":"a"})", key) == fields({"Idempotency-Key"}));
  }
}

TEST_CASE("A deployment without Mux creates no memorial's stream there") {
  CHECK(refused(api::create_at_mux, R"({"memorialId":"m"})") == refusal{.status = 503, .fields = {}});
}
