// whip::client: where a session may be.
#include "support/catch.h"
#include "support/scripted_host.h"
#include "whip/client.h"

#include <string>

namespace {

bool is_taken(const std::string& publish_url, const std::string& location) {
  support::scripted_host world;
  const whip::endpoint to{.url = crypto::secret{publish_url}, .bearer = {}, .hosts = {"provider.example"}};
  const whip::client client{world.host(), to, world.soon()};
  const whip::exchange made{
      .status = 201, .headers = {{"location", location}}, .body = "v=0", .url = crypto::secret{publish_url}};
  return client.session_of(made).has_value();
}

} // namespace

TEST_CASE("A session is at the host and port of the publish address, or at a host of the provider") {
  const std::string address = "https://in.provider.example/key/whip";
  CHECK(is_taken(address, "/session"));
  CHECK(is_taken(address, "https://in.provider.example:443/session"));
  CHECK(is_taken(address, "https://other.provider.example/session"));
  CHECK(is_taken("https://mine.example:8443/whip", "https://mine.example:8443/session"));
  for (const char* elsewhere :
       {"https://in.provider.example:8443/session", "https://other.provider.example:444/session",
        "http://in.provider.example/session", "https://evil.example/session",
        "https://provider.example.evil.example/session"}) {
    INFO(elsewhere);
    CHECK_FALSE(is_taken(address, elsewhere));
  }
  CHECK_FALSE(is_taken("https://mine.example:8443/whip", "https://mine.example/session"));
}
