// The handlers that create streams: what they refuse before anything is created, and what a memorial's lease
// keeps of a stream that was not made.
#include "streams/model/stream_id.h"
#include "support/catch.h"
#include "support/scripted_providers.h"
#include "support/scripted_store.h"
#include "unit/api/calling.h"
#include "unit/streams/create/creations.h"

#include <chrono>
#include <string>
#include <utility>
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

edge::environment with_leases_and_mux() {
  edge::environment all = support::settings_with_mux();
  all.set("LEASES", std::string{edge::environment::bound});
  all.set("MAX_OPEN_STREAMS", "1");
  return all;
}

// A request of "owner" for a memorial without a stream. Its lease notes the stream that it is to make: its
// own, or one that an earlier request began.
struct memorial_request {
  explicit memorial_request(const std::string& noted) {
    world.next<edge::operation::read_body>(R"({"memorialId":"m1"})");
    support::reads(world, {""}); // the memorial is unknown
    support::lists(world);       // and has no stream
    creations_test::is_held(world, "request", "none", noted);
  }

  // The first id that its host gives.
  static std::string own_id() {
    support::scripted_host other;
    return streams::make_stream_id(support::scripted_host::start, other.host().random());
  }

  void has_no_other_stream() { support::lists(world); }
  void has_too_many_streams() {
    const streams::stream_record open = support::quiet_stream();
    support::lists(world, {{.key = "by-user/owner/" + open.id, .metadata = ""}});
    support::reads(world, {open.to_text()});
  }

  // The status of the answer, and the steps of the lease.
  std::pair<int, names> answer() {
    creations_test::is_held(world, "request", "none", "");
    edge::context request =
        support::request_for(world, {.method = "POST", .authorization = support::bearer_of("owner")});
    const auto answer = world.run(api::create_at_mux(request));
    return {answer ? answer->status : answer.error().status, creations_test::steps_of(world)};
  }

  support::scripted_host world{with_leases_and_mux()};
};

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

TEST_CASE(
    "After a failure of Mux, the lease keeps the live stream that may have been made for the memorial") {
  memorial_request what{memorial_request::own_id()};
  what.has_no_other_stream();
  support::reads(what.world, {"0123456789abcdef"}); // the deployment's id
  support::writes(what.world);
  what.world.fails(edge::error_kind::timeout);
  for (int tries = 1; tries < 4; ++tries) {
    support::lists_live_streams(what.world, {});
    what.world.fails(edge::error_kind::timeout);
  }
  support::lists_live_streams(what.world, {});
  CHECK(what.answer() == std::pair{502, names{"acquire", "release"}});
}

TEST_CASE("A stream that an earlier request began for the memorial stays noted when the next is refused") {
  memorial_request what{
      creations_test::id_made(support::scripted_host::start - std::chrono::minutes{1}, 'y')};
  support::reads_stream(what.world, "");
  what.has_too_many_streams();
  CHECK(what.answer() == std::pair{429, names{"acquire", "release"}});
}

TEST_CASE("A refused request for which nothing was begun leaves nothing noted for the memorial") {
  memorial_request what{memorial_request::own_id()};
  what.has_too_many_streams();
  CHECK(what.answer() == std::pair{429, names{"acquire", "complete:"}});
}
