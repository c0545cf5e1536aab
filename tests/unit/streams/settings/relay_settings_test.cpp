// streams::relay_settings: which relays a deployment has, and which one a stream uses.
#include "streams/settings/settings.h"
#include "support/catch.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

using streams::relay_settings;

namespace {

using urls = std::vector<std::string>;

edge::environment environment_with(const std::vector<std::pair<std::string, std::string>>& variables) {
  edge::environment made;
  made.set("RELAY_TOKEN_SECRET", std::string(32, 's'));
  made.set("RELAY_CREDENTIAL", "credential");
  for (const auto& [name, value] : variables) {
    made.set(name, value);
  }
  return made;
}

relay_settings among(const urls& all) {
  return {.urls = all, .token_secret = crypto::secret{}, .credential = crypto::secret{}};
}

std::string stream_id(int number) { return "stream-" + std::to_string(number); }

// How many of a thousand streams each of them has.
std::map<std::string, int> shares_of(const relay_settings& relays) {
  std::map<std::string, int> shares;
  for (int i = 0; i < 1000; ++i) {
    ++shares[relays.url_for(stream_id(i))];
  }
  return shares;
}

const std::string one = "https://one.example";
const std::string two = "https://two.example";
const std::string three = "https://three.example";

} // namespace

TEST_CASE("RELAY_URL names one relay, RELAY_URLS several, and takes precedence") {
  const auto single = relay_settings::read(environment_with({{"RELAY_URL", one + "/"}}));
  REQUIRE(single);
  CHECK(single->urls == urls{one});
  CHECK(single->whip_url("id") == one + "/whip/id");
  const auto several =
      relay_settings::read(environment_with({{"RELAY_URL", three}, {"RELAY_URLS", one + "/," + two + "\n"}}));
  REQUIRE(several);
  CHECK(several->urls == urls{one, two});
}

TEST_CASE("One address that cannot be used makes the whole list unusable") {
  for (const std::string& wrong : {std::string{"http://two.example"}, std::string{"https://two.example/?a"},
                                   std::string{"two.example"}, "https://" + std::string(256, 'a')}) {
    std::string both = one;
    both.append(",").append(wrong);
    const auto with = environment_with({{"RELAY_URLS", both}});
    CHECK_FALSE(relay_settings::read(with));
    CHECK(relay_settings::missing(with) == urls{"RELAY_URLS"});
  }
  CHECK(relay_settings::missing(environment_with({{"RELAY_URLS", " , "}})) == urls{"RELAY_URLS"});
  CHECK(relay_settings::missing(environment_with({})) == urls{"RELAY_URL"});
}

TEST_CASE("Streams are shared out evenly, in whatever order the relays are listed") {
  const auto shares = shares_of(among({one, two, three}));
  CHECK(shares.size() == 3);
  for (const auto& [relay, share] : shares) {
    INFO(relay);
    CHECK((share > 250 && share < 420));
  }
  CHECK(shares == shares_of(among({three, one, two})));
}

TEST_CASE("Another relay takes its share, and no stream moves between the others") {
  const relay_settings before = among({one, two});
  const relay_settings after = among({one, two, three});
  int moved = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string& now = after.url_for(stream_id(i));
    CHECK((now == three || now == before.url_for(stream_id(i))));
    moved += now == three ? 1 : 0;
  }
  CHECK((moved > 250 && moved < 420));
}
