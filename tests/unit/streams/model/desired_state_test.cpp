// Changes as they are stored, and their fold, which ignores order and repetition.
#include "json/reader.h"
#include "streams/model/change.h"
#include "streams/model/desired_state.h"
#include "support/catch.h"
#include "support/facts.h"

#include <algorithm>
#include <string>
#include <vector>

namespace {

using streams::change;
using streams::change_kind;
using streams::desired_state;

std::vector<change> one_of_each() {
  std::vector<change> all{
      {.id = "a", .kind = change_kind::renamed, .at = support::second(1), .title = "one"},
      {.id = "b", .kind = change_kind::renamed, .at = support::second(2), .title = "two"},
      {.id = "c", .kind = change_kind::simulcast_set, .at = support::second(3), .simulcast = true},
      {.id = "d", .kind = change_kind::visibility_set, .at = support::second(4), .is_private = true},
      {.id = "e", .kind = change_kind::downloads_set, .at = support::second(5), .downloads = true},
      {.id = "f", .kind = change_kind::scheduled, .at = support::second(6), .start = support::second(900)},
      {.id = "g", .kind = change_kind::scheduled, .at = support::second(7)},
      {.id = "h", .kind = change_kind::described, .at = support::second(6), .text = "a\n\"b\""},
      {.id = "i", .kind = change_kind::covered, .at = support::second(7), .text = "https://a.example/b.jpg"}};
  for (change_kind each : {change_kind::ended, change_kind::closed, change_kind::rotated,
                           change_kind::stopped, change_kind::recordings_deleted, change_kind::deleted}) {
    all.push_back(change::only(each, support::second(3 + static_cast<int>(all.size()))));
  }
  return all;
}

desired_state folded(const std::vector<change>& all) {
  desired_state state;
  for (const change& each : all) {
    state.fold(each);
  }
  return state;
}

} // namespace

TEST_CASE("A change survives a round trip through metadata, and nothing else is accepted") {
  for (const change& each : one_of_each()) {
    CHECK((change::from_metadata(each.to_metadata()) == each));
  }
  for (const change& each : {support::session_begun(1), support::session_ended(1, "a", 2)}) {
    CHECK((change::from_metadata(each.to_metadata()) == each));
  }
  const change made = change::of(streams::made_file{.source = streams::recording_source::cloudflare,
                                                    .recording_id = "video",
                                                    .file = "https://example/video.mp4"},
                                 support::second(1));
  CHECK((change::from_metadata(made.to_metadata()) == made));
  for (const char* text : {"", "null", "{}", R"({"id":"a","kind":"forgotten","at":1})"}) {
    CHECK_FALSE(change::from_metadata(text));
  }
}

TEST_CASE("A change says who asked for it, as long as that fits into the metadata") {
  change renamed{
      .id = "a", .kind = change_kind::renamed, .at = support::second(1), .title = "one", .by = "Anna"};
  CHECK((change::from_metadata(renamed.to_metadata()) == renamed));
  for (const std::size_t size : {std::size_t{100}, std::size_t{1000}}) {
    renamed.title = std::string(800, 't');
    renamed.by = std::string(size, 'b');
    const std::string text = renamed.to_metadata();
    CHECK(text.size() <= 1024);
    const auto read = change::from_metadata(text);
    REQUIRE(read);
    CHECK(read->title == renamed.title);
    CHECK(read->by == (size == 100 ? renamed.by : std::string{}));
  }
}

TEST_CASE("A description that has no room in the metadata is in the value, and does not count without it") {
  const change asked{.id = "a",
                     .kind = change_kind::described,
                     .at = support::second(1),
                     .text = std::string(4000, 't'),
                     .by = "Anna"};
  CHECK((change::from_metadata(asked.to_value()) == asked));
  CHECK(asked.to_metadata().size() <= 1024);
  const auto read = change::from_metadata(asked.to_metadata());
  REQUIRE(read);
  CHECK_FALSE(read->text);
  CHECK(read->by == "Anna");
  CHECK((folded({*read}) == desired_state{}));
}

TEST_CASE("A permanent change has one id per kind, valid in a key") {
  std::vector<std::string> ids;
  for (const change& each : one_of_each()) {
    CHECK(std::ranges::all_of(each.id, [](char letter) { return letter >= 'a' && letter <= 'z'; }));
    ids.push_back(each.id);
  }
  std::ranges::sort(ids);
  CHECK(std::ranges::adjacent_find(ids) == ids.end());
  CHECK(change::only(change_kind::ended, support::second(1)).id ==
        change::only(change_kind::ended, support::second(2)).id);
}

TEST_CASE("Changes fold to the same state in any order, repeated or not, and survive a round trip") {
  std::vector<change> all = one_of_each();
  const desired_state forwards = folded(all);
  CHECK(forwards.title().value() == "two");
  CHECK((forwards.ended() && forwards.closed() && forwards.rotated() && forwards.deleted()));
  CHECK(forwards.downloads());
  CHECK((forwards.recordings_deleted() && forwards.simulcast().value() && forwards.is_private().value()));
  std::ranges::reverse(all);
  all.push_back(all.front());
  CHECK((folded(all) == forwards));
  desired_state joined = folded({all.begin(), all.begin() + 4});
  joined.join(folded({all.begin() + 3, all.end()}));
  CHECK((joined == forwards));
  const auto written = json::document::parse(forwards.to_json().dump());
  REQUIRE(written);
  CHECK((desired_state::from_json(written->root()) == forwards));
  CHECK((forwards.start() && !forwards.start().value()));
  CHECK(forwards.description().value() == "a\n\"b\"");
  CHECK(forwards.cover().value() == "https://a.example/b.jpg");
  CHECK((forwards.newest_change() == support::second(17)));
}

TEST_CASE("A stream without changes has neither ended nor been deleted") {
  const desired_state nothing;
  CHECK_FALSE((nothing.ended() || nothing.closed() || nothing.rotated() || nothing.deleted()));
  CHECK_FALSE(nothing.downloads());
  CHECK_FALSE((nothing.recordings_deleted() || nothing.newest_change()));
}

TEST_CASE("A stop and new credentials cut off the rights to publish that were given before them") {
  for (const auto kind : {change_kind::stopped, change_kind::rotated}) {
    const desired_state asked = folded({change::only(kind, support::second(10))});
    CHECK(asked.cut_off_since(support::second(9)));
    CHECK(asked.cut_off_since(support::second(10)));
    CHECK_FALSE(asked.cut_off_since(support::second(11)));
  }
  CHECK_FALSE(folded({change::only(change_kind::ended, support::second(10))}).cut_off_since({}));
}
