// streams::keyring, credentials and records: what is stored about a stream, and which parts are sealed.
#include "crypto/base64.h"
#include "edge/task.h"
#include "simulation/dice.h"
#include "simulation/model_cipher.h"
#include "streams/model/stream.h"
#include "streams/settings/keyring.h"
#include "streams/store/credentials.h"
#include "support/catch.h"
#include "support/facts.h"
#include "support/scripted_host.h"
#include "support/scripted_providers.h"
#include "support/scripted_store.h"
#include "unit/api/calling.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using streams::keyring;

const std::string old_key = "old:" + crypto::base64url_encode(std::string(32, 'o'));
const std::string new_key = "new:" + crypto::base64url_encode(std::string(32, 'n'));

std::optional<keyring> ring(const std::string& keys) {
  edge::environment settings;
  settings.set("SEALING_KEYS", keys);
  return keyring::read(settings);
}

// Runs the task with the model cipher.
edge::outcome<std::string> run(edge::host& host, edge::task<edge::outcome<std::string>>&& work) {
  std::optional<edge::outcome<std::string>> result;
  const edge::root_task root = [](auto& inner, auto& outer) -> edge::root_task {
    outer.emplace(co_await inner);
  }(work, result);
  root.begin();
  simulation::dice chance{1};
  for (const edge::outgoing& each : host.take_outbox()) {
    const auto& issued = std::get<edge::issued_operation>(each);
    const auto* sealing = std::get_if<edge::operation::seal>(&issued.what);
    std::optional<std::string> outcome = sealing
                                             ? simulation::seal(*sealing, chance)
                                             : simulation::open(std::get<edge::operation::open>(issued.what));
    (void)host.complete(issued.id, [&]<class Place>(Place& place) {
      if constexpr (std::is_same_v<Place, edge::outcome<std::string>>) {
        if (outcome) {
          place = *outcome;
        } else {
          place = std::unexpected(edge::error{.kind = edge::error_kind::not_opened});
        }
      }
    });
  }
  REQUIRE(result);
  return *std::move(result);
}

std::string seal(const std::string& keys, const std::string& plain) {
  support::scripted_host world;
  return run(world.host(), ring(keys)->seal(world.host(), "stream-1", "credentials", plain)).value_or("");
}

std::string open(const std::string& keys, const std::string& sealed, const std::string& stream = "stream-1",
                 const std::string& field = "credentials") {
  support::scripted_host world;
  auto plain = run(world.host(), ring(keys)->open(world.host(), stream, field, sealed));
  return plain ? *plain : name_of(plain.error().kind);
}

streams::credentials some_credentials() {
  return {.whip_url = crypto::secret{"https://customer-1.cloudflarestream.com/whip-secret/webRTC/publish"},
          .rtmps_url = "rtmps://live.cloudflare.com:443/live/",
          .rtmps_key = crypto::secret{"rtmps-secret"},
          .srt_url = "srt://live.cloudflare.com:778",
          .srt_stream_id = crypto::secret{"srt-id-secret"},
          .srt_passphrase = crypto::secret{"srt-pass-secret"}};
}

streams::stream_record sealed_record() {
  streams::stream_record record{.id = "7zzzzzzzzz0123456789abcdef",
                                .title = "In memory of \"Ada\" \xE2\x9C\xBF",
                                .memorial_id = "memorial-7",
                                .created_by = "director@funeral.example",
                                .created_at = support::second(0),
                                .cloudflare = streams::cloudflare_side{"input", "https://c.example"},
                                .mux = streams::mux_side{"livestream", "playback", "output"},
                                .sealed_credentials = "k1:c2VhbGVk",
                                .warnings = {{"backup_unavailable", "The Mux backup is off."}},
                                .broadcasts = {}};
  record.broadcasts.fold(support::of_input(cloudflare::fact_kind::input_connected, 10));
  record.broadcasts.fold(support::of_asset(mux::fact_kind::asset_completed, 20, "a", {.duration = 9.5}));
  return record;
}

// A stream whose credentials were rotated so long ago, and whose stored ones are from then.
struct rotated_stream {
  explicit rotated_stream(std::chrono::microseconds ago, std::optional<edge::timestamp> stored_since)
      : rotated(support::scripted_host::start - ago) {
    const auto read = streams::settings::read(support::api_settings());
    REQUIRE(read);
    with = *read;
    stream.sealed_credentials = "k1:c2VhbGVk";
    stream.desired.fold(streams::change::only(streams::change_kind::rotated, rotated));
    if (stored_since) {
      streams::credentials stored = some_credentials();
      stored.since = *stored_since;
      world.next<edge::operation::open>(stored.to_text());
    } else {
      support::fails<edge::operation::open>(world, edge::error_kind::not_opened);
    }
  }

  edge::outcome<streams::credentials> read() {
    return world.run(streams::read_credentials(world.host(), with, stream));
  }
  // What was sealed to be stored.
  [[nodiscard]] std::vector<streams::credentials> stored() const {
    std::vector<streams::credentials> all;
    for (const auto& each : world.asked<edge::operation::seal>()) {
      all.push_back(streams::credentials::from_text(each.plain).value_or(streams::credentials{}));
    }
    return all;
  }

  edge::timestamp rotated;
  support::scripted_host world;
  streams::settings with;
  streams::stream_record stream = support::quiet_stream();
};

} // namespace

TEST_CASE("Credentials from before the newest rotation are dead, and those of the provider are shown") {
  for (const auto& since : {std::optional<edge::timestamp>{}, std::optional{edge::timestamp{}},
                            std::optional{support::scripted_host::start - 30s - 1us}}) {
    rotated_stream what{30s, since};
    support::answers_input(what.world, "input");
    const auto shown = what.read();
    REQUIRE(shown);
    CHECK(shown->rtmps_key.text() == "key");
    CHECK(shown->srt_passphrase.text() == "p");
    CHECK((shown->since == what.rotated));
    CHECK(support::calls_of(what.world) == std::vector<std::string>{"GET /live_inputs/input"});

    rotated_stream unreachable{30s, since};
    support::refuses(unreachable.world);
    CHECK_FALSE(unreachable.read());
  }
}

TEST_CASE("Stored credentials of the newest rotation, or of a later one, are shown without a call") {
  for (const auto later : {0us, 5us}) {
    rotated_stream what{30s, support::scripted_host::start - 30s + later};
    const auto shown = what.read();
    REQUIRE(shown);
    CHECK(shown->rtmps_key.text() == "rtmps-secret");
    CHECK(support::calls_of(what.world).empty());
  }
}

TEST_CASE("What the provider shows is stored once no rotation can replace it any more, a minute after it was "
          "asked for") {
  for (const auto ago : {0us, 1us, 60s - 1us}) {
    rotated_stream early{ago, edge::timestamp{}};
    support::answers_input(early.world, "input");
    CHECK(early.read());
    CHECK(early.stored().empty());
    CHECK(support::effects_of(early.world).empty());
  }
  rotated_stream settled{60s, edge::timestamp{}};
  support::answers_input(settled.world, "input");
  settled.world.next<edge::operation::seal>("sealed");
  support::writes(settled.world);
  CHECK(settled.read());
  REQUIRE(settled.stored().size() == 1);
  CHECK(settled.stored().front().rtmps_key.text() == "key");
  CHECK((settled.stored().front().since == settled.rotated));
  CHECK(support::effects_of(settled.world) ==
        std::vector<std::string>{"put credentials/" + settled.stream.id});
}

TEST_CASE("A keyring is read from a list of ids and keys of 32 bytes") {
  CHECK(ring(old_key));
  CHECK(ring(new_key + ", " + old_key));
  for (const std::string& keys : {std::string{}, std::string{","}, std::string{"no-colon"},
                                  ":" + crypto::base64url_encode(std::string(32, 'k')),
                                  "k:" + crypto::base64url_encode(std::string(31, 'k')),
                                  "k:" + crypto::base64url_encode(std::string(33, 'k')), old_key + "=",
                                  old_key + ",k:short", std::string{"k:"}}) {
    INFO(keys);
    CHECK_FALSE(ring(keys));
  }
}

TEST_CASE("A sealed value decrypts and hides its content") {
  const std::string sealed = seal(old_key, "the plain text");
  CHECK(sealed.starts_with("old:"));
  CHECK_FALSE(sealed.contains("plain"));
  CHECK(open(old_key, sealed) == "the plain text");
  CHECK(open(old_key, seal(old_key, "")).empty());
}

TEST_CASE("The first key seals, and every key of the ring decrypts") {
  const std::string before = seal(old_key, "a");
  const std::string after = seal(new_key + ',' + old_key, "b");
  CHECK(after.starts_with("new:"));
  CHECK(open(new_key + ',' + old_key, before) == "a");
  CHECK(open(new_key + ',' + old_key, after) == "b");
  CHECK(open(new_key, before) == "not_opened");
}

TEST_CASE("A value sealed for one place decrypts in no other") {
  const std::string sealed = seal(old_key, "a");
  CHECK(open(old_key, sealed, "stream-2") == "not_opened");
  CHECK(open(old_key, sealed, "stream-1", "other") == "not_opened");
}

TEST_CASE("An altered value does not decrypt") {
  const std::string sealed = seal(old_key, "a");
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    std::string altered = sealed;
    altered[at] = altered[at] == 'A' ? 'B' : 'A';
    INFO(at);
    CHECK(open(old_key, altered) == "not_opened");
  }
  for (const char* text : {"", "old", "old:", ":", "old:!", "other:AAAA"}) {
    CHECK(open(old_key, text) == "not_opened");
  }
}

TEST_CASE("Credentials survive a round trip, and anything else is refused") {
  const auto read = streams::credentials::from_text(some_credentials().to_text());
  REQUIRE(read);
  CHECK(read->whip_url.text() == some_credentials().whip_url.text());
  CHECK(read->rtmps_url == some_credentials().rtmps_url);
  CHECK(read->rtmps_key.text() == "rtmps-secret");
  CHECK(read->srt_url == some_credentials().srt_url);
  CHECK(read->srt_stream_id.text() == "srt-id-secret");
  CHECK(read->srt_passphrase.text() == "srt-pass-secret");
  for (const char* text : {"", "[]", "null", "{"}) {
    CHECK_FALSE(streams::credentials::from_text(text));
  }
}

TEST_CASE("A record survives a round trip, with its broadcasts") {
  const streams::stream_record record = sealed_record();
  const auto read = streams::stream_record::from_text(record.to_text());
  REQUIRE(read);
  CHECK(read->to_text() == record.to_text());
  CHECK(read->id == record.id);
  CHECK(read->title == record.title);
  CHECK(read->memorial_id == record.memorial_id);
  CHECK(read->created_by == record.created_by);
  CHECK((read->created_at == record.created_at));
  CHECK((read->cloudflare && read->cloudflare->live_input_id == "input"));
  CHECK((read->mux && read->mux->output_id == "output"));
  CHECK(read->sealed_credentials.empty()); // they have their own key
  CHECK((read->warnings == record.warnings));
  CHECK((read->broadcasts == record.broadcasts));
  CHECK((read->updated_at() == support::second(20)));
}

TEST_CASE("A record without a memorial and without Mux has neither when it is read") {
  streams::stream_record record = sealed_record();
  record.memorial_id.reset();
  record.mux.reset();
  const auto read = streams::stream_record::from_text(record.to_text());
  REQUIRE(read);
  CHECK_FALSE(read->memorial_id);
  CHECK_FALSE(read->mux);
}

TEST_CASE("A record keeps its method and plan; without them it means WHIP into Cloudflare") {
  streams::stream_record record = sealed_record();
  record.method = streams::streaming_method::obs;
  record.ingest = streams::ingest_plan::mux;
  record.cloudflare.reset();
  auto read = streams::stream_record::from_text(record.to_text());
  REQUIRE(read);
  CHECK((read->method == record.method && read->ingest == record.ingest));
  CHECK_FALSE(read->cloudflare);
  const std::string old = R"({"id":"7zzzzzzzzz0123456789abcdef","createdAt":1,"broadcasts":{}})";
  read = streams::stream_record::from_text(old);
  REQUIRE(read);
  CHECK((read->method == streams::streaming_method::whip_browser));
  CHECK((read->ingest == streams::ingest_plan::cloudflare));
}

TEST_CASE("An invalid record is refused") {
  const std::string text = sealed_record().to_text();
  CHECK_FALSE(streams::stream_record::from_text(text.substr(0, text.size() - 1)));
  for (const char* other :
       {"", "null", "{}", "[]", R"({"id":"a","createdAt":1})", R"({"id":1,"createdAt":1})"}) {
    CHECK_FALSE(streams::stream_record::from_text(other));
  }
}
