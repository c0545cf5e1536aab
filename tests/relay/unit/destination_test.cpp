#include "backoff.h"
#include "destination.h"
#include "support/catch.h"

using namespace relay;

TEST_CASE("Cloudflare's address and key are read") {
  auto made = make_destination("rtmps://live.cloudflare.com:443/live/", "key");
  REQUIRE(made);
  CHECK(made->tls);
  CHECK(made->host == "live.cloudflare.com");
  CHECK(made->port == 443);
  CHECK(made->application == "live");
  CHECK(made->stream_key.text() == "key");
}

TEST_CASE("A port that is not named is the protocol's own") {
  CHECK(make_destination("rtmps://host/live", "key")->port == 443);
  CHECK(make_destination("rtmp://host/app/more", "key")->port == 1935);
}

TEST_CASE("What is no destination is none") {
  for (const char* url :
       {"", "https://host/live", "rtmp:///live", "rtmp://host", "rtmp://host/", "host/live"}) {
    CAPTURE(url);
    CHECK_FALSE(make_destination(url, "key"));
  }
  CHECK_FALSE(make_destination("rtmp://host/live", ""));
}

TEST_CASE("The wait before the next try doubles up to fifteen seconds, and begins anew when it is reset") {
  backoff waits;
  for (int bound : {500, 1000, 2000, 4000, 8000, 15'000, 15'000}) {
    auto wait = waits.next().count();
    CHECK(wait >= bound / 2);
    CHECK(wait <= bound);
  }
  waits.reset();
  CHECK(waits.next().count() <= 500);
}
