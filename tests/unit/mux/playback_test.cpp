// mux::playback_urls: where Mux's media are, by default and by the settings.
#include "mux/playback.h"
#include "support/catch.h"

TEST_CASE("Mux's media are on Mux's own hosts, even without access to Mux") {
  const auto urls = mux::playback_urls::read({});
  CHECK(urls.hls("id", "") == "https://stream.mux.com/id.m3u8");
  CHECK(urls.thumbnail("id", "") == "https://image.mux.com/id/thumbnail.jpg");
  CHECK(urls.mp4("id", "") == "https://stream.mux.com/id/highest.mp4");
  CHECK(urls.mp4("id", "a.b.c") == "https://stream.mux.com/id/highest.mp4?token=a.b.c");
  CHECK(urls.hls("id", "a.b.c") == "https://stream.mux.com/id.m3u8?token=a.b.c");
  CHECK(urls.thumbnail("id", "a.b.c") == "https://image.mux.com/id/thumbnail.jpg?token=a.b.c");
  CHECK(urls.latest_thumbnail("id", "") == "https://image.mux.com/id/thumbnail.jpg?latest=true");
  CHECK(urls.latest_thumbnail("id", "a.b.c") == "https://image.mux.com/id/thumbnail.jpg?token=a.b.c");
}

TEST_CASE("Mux's media are where the settings say, with or without a trailing slash") {
  edge::environment set;
  set.set("MUX_PLAYBACK_URL", "http://127.0.0.1:8788/");
  set.set("MUX_IMAGE_URL", "http://127.0.0.1:8788/images");
  CHECK(mux::playback_urls::read(set).hls("id", "") == "http://127.0.0.1:8788/id.m3u8");
  CHECK(mux::playback_urls::read(set).thumbnail("id", "") == "http://127.0.0.1:8788/images/id/thumbnail.jpg");
}
