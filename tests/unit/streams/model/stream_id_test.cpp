// streams::make_stream_id, is_stream_id and tags.
#include "streams/model/stream_id.h"
#include "support/catch.h"
#include "support/facts.h"

#include <set>
#include <string>
#include <string_view>

namespace {

std::string id_at(double time, char random = 'r') {
  edge::entropy bytes{std::string(64, random)};
  return streams::make_stream_id(support::second(time), bytes);
}

} // namespace

TEST_CASE("The id of a later stream sorts before that of an earlier one") {
  std::string later = id_at(-1000);
  for (double time : {0.0, 0.001, 0.002, 1.0, 60.0, 86'400.0, 3e7, 3e8, 1e9}) {
    const std::string id = id_at(time);
    INFO(time);
    CHECK(id < later);
    later = id;
  }
}

TEST_CASE("Ids of the same millisecond differ by their random bytes") {
  edge::entropy bytes{[] {
    std::string all;
    for (int i = 0; i < 240; ++i) {
      all += static_cast<char>(i);
    }
    return all;
  }()};
  std::set<std::string> ids;
  for (int i = 0; i < 20; ++i) {
    ids.insert(streams::make_stream_id(support::second(0), bytes));
  }
  CHECK(ids.size() == 20);
}

TEST_CASE("Only a well-formed id is accepted") {
  const std::string id = id_at(0);
  CHECK(id.size() == 26);
  CHECK(streams::is_stream_id(id));
  CHECK_FALSE(streams::is_stream_id(""));
  CHECK_FALSE(streams::is_stream_id(id.substr(1)));
  CHECK_FALSE(streams::is_stream_id(id + '0'));
  for (char wrong : std::string_view{"ilouAZ/-_. %\n\0", 14}) {
    std::string text = id;
    text[13] = wrong;
    INFO(static_cast<int>(wrong));
    CHECK_FALSE(streams::is_stream_id(text));
  }
}

TEST_CASE("A tag names its stream in its own deployment only") {
  const std::string id = id_at(0);
  const std::string tag = streams::tag_of("main", id);
  CHECK(streams::stream_of(tag, "main") == id);
  CHECK_FALSE(streams::stream_of(tag, "test"));
  CHECK_FALSE(streams::stream_of(tag, "mai"));
  CHECK_FALSE(streams::stream_of(streams::tag_of("main:2", id), "main"));
  CHECK_FALSE(streams::stream_of(tag + 'x', "main"));
  CHECK_FALSE(streams::stream_of("x" + tag, "main"));
  for (const char* text :
       {"", "whip-mux:main:", "whip-mux:main:../../intent/00000000000", "somebody else's"}) {
    CHECK_FALSE(streams::stream_of(text, "main"));
  }
}

TEST_CASE("A tag with a deployment's id is its own alone, and that of any deployment with its name") {
  const std::string id = id_at(0);
  const std::string tag = streams::tag_of("main-0123456789abcdef", id);
  CHECK(streams::stream_of(tag, "main-0123456789abcdef") == id);
  CHECK_FALSE(streams::stream_of(tag, "main-0123456789abcde0"));
  CHECK_FALSE(streams::stream_of(tag, "main"));
  CHECK(streams::stream_of_any(tag, "main") == id);
  CHECK(streams::stream_of_any(streams::tag_of("main", id), "main") == id);
  CHECK_FALSE(streams::stream_of_any(tag, "mai"));
  CHECK_FALSE(streams::stream_of_any(streams::tag_of("main-2", id), "main"));
}
