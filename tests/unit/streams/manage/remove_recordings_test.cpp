// streams::remove_recordings: which recordings are deleted, and what is stored of that.
#include "streams/manage/remove_recordings.h"
#include "support/catch.h"
#include "unit/streams/manage/managed.h"

#include <algorithm>
#include <chrono>
#include <string>

namespace removal_test {

namespace {

using namespace manage_test;
using edge::operation::kv_put;
using enum recording_source;
using namespace std::chrono_literals;

edge::status remove(managed& what) {
  return what.world.run(remove_recordings(what.world.host(), what.with, what.stream, what.deadline()));
}

std::string done(recording_source source, const std::string& recording) {
  return fact +
         streams::change::of(
             streams::removed_recording{.source = source, .recording_id = recording, .is_done = true}, now)
             .id;
}

bool is_being_removed(const managed& what, std::string_view recording) {
  const auto* const found = what.stream.broadcasts.find(recording);
  REQUIRE(found != nullptr);
  return found->is_being_removed();
}

// A stream with a recording at each provider that is to be deleted, and others that are to stay.
struct with_removals : managed {
  explicit with_removals(const edge::environment& from = support::settings_with_mux()) : managed(from) {
    has_made(cloudflare, "kept");
    has_made(mux, "keptAsset");
    asks_to_remove(cloudflare, "video");
    asks_to_remove(mux, "asset");
  }
};

} // namespace

TEST_CASE("A recording is deleted at its provider before that is stored, and all others stay") {
  with_removals what;
  support::deletes(what);
  support::deletes(what, true);
  support::writes(what, 2);
  CHECK(remove(what));
  CHECK(what.effects() ==
        texts{"DELETE /video", done(cloudflare, "video"), "DELETE /assets/asset", done(mux, "asset")});
  CHECK_FALSE(is_being_removed(what, "video"));
  CHECK_FALSE(is_being_removed(what, "asset"));
}

TEST_CASE("What was deleted is not deleted once more, and a recording that is gone counts as deleted") {
  with_removals what;
  support::finds_nothing(what);
  support::finds_nothing(what);
  support::writes(what, 2);
  CHECK(remove(what));
  const std::size_t operations = what.world.asked().size();
  CHECK(remove(what));
  CHECK(what.world.asked().size() == operations);
}

TEST_CASE("A recording that cannot be deleted keeps no other from being deleted, and is not done") {
  with_removals what;
  support::refuses(what);
  support::deletes(what, true);
  support::writes(what);
  const edge::status removed = remove(what);
  CHECK((!removed && removed.error().kind == edge::error_kind::unauthorized));
  CHECK(what.effects() == texts{"DELETE /video", "DELETE /assets/asset", done(mux, "asset")});
  CHECK(is_being_removed(what, "video"));
  CHECK_FALSE(is_being_removed(what, "asset"));
}

TEST_CASE("After a failure that may pass, only what is left is tried again") {
  with_removals what;
  what.world.answers(503);
  support::deletes(what, true);
  support::deletes(what);
  support::writes(what, 2);
  CHECK(remove(what));
  CHECK(what.calls() == texts{"DELETE /video", "DELETE /assets/asset", "DELETE /video"});
}

TEST_CASE("A deletion that could not be stored is not done") {
  with_removals what;
  support::deletes(what);
  support::fails<kv_put>(what, edge::error_kind::rejected);
  CHECK_FALSE(remove(what));
  CHECK(is_being_removed(what, "video"));
}

TEST_CASE("Without Mux in the settings its recordings stay there, and are no failure") {
  with_removals what{support::api_settings()};
  support::deletes(what);
  support::writes(what);
  CHECK(remove(what));
  CHECK(what.calls() == texts{"DELETE /video"});
  CHECK(is_being_removed(what, "asset"));
}

TEST_CASE("A deletion is done after it was asked for, although another clock is ahead") {
  managed what;
  what.asks_to_remove(cloudflare, "video", now + 1h);
  support::deletes(what);
  support::writes(what);
  CHECK(remove(what));
  CHECK_FALSE(is_being_removed(what, "video"));
}

} // namespace removal_test
