// streams::apply_visibility: who may watch what the providers hold of a stream.
#include "streams/manage/set_visibility.h"
#include "streams/model/change.h"
#include "support/catch.h"
#include "support/scripted_host.h"
#include "unit/api/calling.h"

#include <string>
#include <utility>

namespace set_visibility_test {

namespace {

using streams::change;
using streams::change_kind;
using streams::recording_source;
using support::scripted_host;

constexpr edge::timestamp now = scripted_host::start;

// It goes into Mux, has ended, and Cloudflare has a copy of its recording.
streams::stream_record private_stream_at_mux() {
  streams::stream_record record = support::quiet_stream();
  record.ingest = streams::ingest_plan::mux;
  record.cloudflare.reset();
  record.mux = streams::mux_side{"live-stream", "playback", ""};
  record.desired.fold(change::only(change_kind::ended, now));
  change hidden = change::only(change_kind::visibility_set, now);
  hidden.is_private = true;
  record.desired.fold(hidden);
  record.broadcasts.fold(change::of(streams::transfer{.to = recording_source::cloudflare,
                                                      .of = "asset",
                                                      .state = streams::transfer_state::ready,
                                                      .id = "copy"},
                                    now));
  return record;
}

} // namespace

TEST_CASE("A stream at Mux that becomes private hides its copy at Cloudflare, too") {
  scripted_host world{support::api_settings()};
  auto with = streams::settings::read(world.host().settings());
  REQUIRE(with);
  with->mux.reset();
  world.answers(200, R"({"result":{},"success":true,"errors":[],"messages":[]})");
  streams::stream_record record = private_stream_at_mux();
  REQUIRE(world.run(streams::apply_visibility(world.host(), *with, record, world.soon())));
  const auto calls = world.asked<edge::operation::fetch>();
  REQUIRE(calls.size() == 1);
  CHECK((calls.front().method == "POST" && calls.front().url.ends_with("/stream/copy")));
  CHECK(calls.front().body == R"({"requireSignedURLs":true})");
}

TEST_CASE("A stream that is still to get its backup at Mux keeps its visibility until it has ended") {
  scripted_host world{support::api_settings()};
  auto with = streams::settings::read(world.host().settings());
  REQUIRE(with);
  streams::stream_record record = support::quiet_stream();
  record.cloudflare = streams::cloudflare_side{"input", "https://c.example"};
  record.mux.reset();
  record.warnings = {{.code = std::string{streams::backup_unavailable}, .detail = "No answer."}};
  with->mux.reset();
  CHECK(streams::can_change_visibility(record, *with));
  with->mux = mux::settings{};
  CHECK_FALSE(streams::can_change_visibility(record, *with));
  record.desired.fold(change::only(change_kind::ended, now));
  CHECK(streams::can_change_visibility(record, *with));
  record.desired = {};
  record.warnings.clear();
  CHECK(streams::can_change_visibility(record, *with));
}

} // namespace set_visibility_test
