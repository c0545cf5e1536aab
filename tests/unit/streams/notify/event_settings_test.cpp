#include "streams/notify/event_settings.h"
#include "support/catch.h"

#include <string>
#include <string_view>
#include <vector>

namespace {

using streams::event_settings;

constexpr std::string_view key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

edge::environment with(std::string_view url, std::string_view secrets) {
  edge::environment all;
  all.set("EVENTS_URL", std::string{url});
  all.set("EVENTS_SECRETS", std::string{secrets});
  return all;
}

bool takes(std::string_view url) { return event_settings::read(with(url, key)).has_value(); }

} // namespace

TEST_CASE("Events need an address and a secret, and neither is needed") {
  CHECK(event_settings::missing(edge::environment{}).empty());
  CHECK_FALSE(event_settings::read(edge::environment{}));
  CHECK(event_settings::missing(with("https://host.example/events", "")) ==
        std::vector<std::string>{"EVENTS_SECRETS"});
  CHECK(event_settings::missing(with("", key)) == std::vector<std::string>{"EVENTS_URL"});
  CHECK_FALSE(event_settings::read(with("https://host.example/events", "")));
  const auto both = event_settings::read(
      with("https://host.example/events", std::string{key} + ", whsec_" + std::string(32, 'A')));
  REQUIRE(both);
  CHECK(both->url == "https://host.example/events");
  CHECK(both->keys.size() == 2);
  CHECK_FALSE(event_settings::read(with("https://host.example/events", std::string{key} + ",whsec_short")));
}

TEST_CASE("Events go to a public host by HTTPS, or to this machine") {
  for (const char* url :
       {"https://host.example", "https://host.example:8443/a/b?c=d", "https://93.184.216.34/x",
        "http://127.0.0.1:8787/events", "http://localhost/events"}) {
    INFO(url);
    CHECK(takes(url));
  }
  for (const char* url :
       {"http://host.example/events", "ftp://host.example", "https://", "https://host", "https://10.0.0.1/",
        "https://127.0.0.1/", "https://2130706433/", "https://0x7f.1/", "https://169.254.169.254/latest",
        "https://[::1]/", "https://[fd00::1]/", "https://app.internal/", "https://user:word@host.example/",
        "https://host.example/#part", "https://host.example:0/", "https://host.example/a b",
        "http://127.0.0.1.host.example/", "http://localhost@host.example/", "rtmp://host.example/live"}) {
    INFO(url);
    CHECK_FALSE(takes(url));
  }
}
