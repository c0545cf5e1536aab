// What happened to a stream, told from facts.
#include "json/reader.h"
#include "streams/watch/activity.h"
#include "support/catch.h"
#include "support/facts.h"
#include "unit/api/calling.h"

#include <string>
#include <utility>
#include <vector>

namespace {

using streams::change;
using streams::change_kind;

// Each entry as "kind source by detail", with "-" for null, the newest first.
std::vector<std::string> told(const auto&... facts) {
  streams::stream_record stream = support::quiet_stream();
  stream.created_at = support::second(-100);
  streams::activity activity{stream};
  (activity.fold(facts), ...);
  const auto read = json::document::parse(activity.view().dump());
  REQUIRE(read);
  std::vector<std::string> lines;
  for (const json::value& each : read->root().elements()) {
    std::string line{each["kind"].text().value_or("")};
    for (const char* name : {"source", "by", "detail"}) {
      line.append(" ").append(each[name].text().value_or("-"));
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

} // namespace

TEST_CASE("A quiet stream's activity is its creation") {
  CHECK(told() == std::vector<std::string>{"created - owner -"});
}

TEST_CASE(
    "Activity tells what was asked for and who asked, newest first, and leaves out what is not for people") {
  const change renamed{
      .id = "b", .kind = change_kind::renamed, .at = support::second(2), .title = "Two", .by = "owner"};
  const change invited{
      .id = "a", .kind = change_kind::invited, .at = support::second(1), .title = "Anna", .by = "owner"};
  const change hidden{
      .id = "c", .kind = change_kind::visibility_set, .at = support::second(3), .is_private = true};
  const change off{.id = "d", .kind = change_kind::simulcast_set, .at = support::second(4)};
  CHECK(told(renamed, invited, hidden, off, change::only(change_kind::recordings_checked, support::second(5)),
             change::only(change_kind::closed, support::second(6))) ==
        std::vector<std::string>{"backup_off - - -", "made_private - - -", "renamed - owner Two",
                                 "invited - owner Anna", "created - owner -"});
}

TEST_CASE("A publisher who comes back within a minute has reconnected, and what is said twice is told once") {
  using enum cloudflare::fact_kind;
  using support::of_input;
  change begun = support::session_begun(1);
  begun.by = "Anna";
  CHECK(told(begun, of_input(input_connected, 2), of_input(input_connected, 3),
             of_input(input_disconnected, 100), of_input(input_connected, 160),
             of_input(input_disconnected, 200), of_input(input_connected, 261)) ==
        std::vector<std::string>{"live cloudflare - -", "disconnected cloudflare - -",
                                 "reconnected cloudflare - -", "disconnected cloudflare - -",
                                 "live cloudflare - -", "live phone Anna -", "created - owner -"});
}

TEST_CASE("A recording is told of once, whatever a webhook and a list say of it") {
  using enum mux::fact_kind;
  CHECK(told(support::of_asset(asset_completed, 5, "asset"), support::of_asset(asset_completed, 9, "asset"),
             support::of_asset(asset_completed, 7, "other")) ==
        std::vector<std::string>{"recording_ready mux - -", "recording_ready mux - -", "created - owner -"});
}

TEST_CASE("What went wrong is told with the provider's code") {
  CHECK(told(support::of_input(cloudflare::fact_kind::input_errored, 5, "ERR_GOP_OUT_OF_RANGE")) ==
        std::vector<std::string>{"warning cloudflare - ERR_GOP_OUT_OF_RANGE", "created - owner -"});
}
