#include "backoff.h"
#include "destination.h"
#include "support/catch.h"

using namespace relay;

TEST_CASE("Reads Cloudflare's address and key") {
  auto made = make_destination("rtmps://live.cloudflare.com:443/live/", "key");
  REQUIRE(made);
  CHECK(made->tls);
  CHECK(made->host == "live.cloudflare.com");
  CHECK(made->port == 443);
  CHECK(made->application == "live");
  CHECK(made->stream_key.text() == "key");
}

TEST_CASE("Uses the protocol's default port") {
  CHECK(make_destination("rtmps://host/live", "key")->port == 443);
  CHECK(make_destination("rtmp://host/app/more", "key")->port == 1935);
}

TEST_CASE("Refuses an invalid destination") {
  for (const char* url :
       {"", "https://host/live", "rtmp:///live", "rtmp://host", "rtmp://host/", "host/live"}) {
    CAPTURE(url);
    CHECK_FALSE(make_destination(url, "key"));
  }
  CHECK_FALSE(make_destination("rtmp://host/live", ""));
}

TEST_CASE("Doubles the delay before a retry up to fifteen seconds, and starts over after a reset") {
  backoff waits;
  for (int bound : {500, 1000, 2000, 4000, 8000, 15'000, 15'000}) {
    auto wait = waits.next().count();
    CHECK(wait >= bound / 2);
    CHECK(wait <= bound);
  }
  waits.reset();
  CHECK(waits.next().count() <= 500);
}
