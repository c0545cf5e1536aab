// relay::is_full: when the connection to a server that takes nothing is given up.
#include "relay/unit/stalled_source.h"
#include "rtmp_connection.h"
#include "support/catch.h"

namespace {

struct server : relay_test::stalled_source {
  void push(GstClockTime time, std::size_t size) {
    GstBuffer* bytes = gst_buffer_new_allocate(nullptr, size, nullptr);
    GST_BUFFER_PTS(bytes) = time;
    gst_app_src_push_buffer(source(), bytes);
  }
  // At 30 frames a second.
  void push_frames(int count, std::size_t size) {
    for (int each = 0; each < count; ++each) {
      push(static_cast<GstClockTime>(each) * GST_SECOND / 30, size);
    }
  }
};

} // namespace

TEST_CASE("A phone that comes back after an hour is not taken for a server that is too slow") {
  server fast;
  fast.push(0, 10'000);
  for (GstClockTime late = 0; late < 3; ++late) {
    fast.push(3600 * GST_SECOND + late * GST_SECOND / 30, 10'000);
  }
  CHECK(fast.frames() == 4);
  CHECK_FALSE(relay::is_full(fast.source()));
}

TEST_CASE("A server that takes nothing is given up when more than 500 frames wait for it") {
  server slow;
  slow.push_frames(500, 100);
  CHECK_FALSE(relay::is_full(slow.source()));
  slow.push_frames(1, 100);
  CHECK(relay::is_full(slow.source()));
}

TEST_CASE("A server that takes nothing is given up when more than 8 MB wait for it") {
  server slow;
  slow.push_frames(8, 1'000'000);
  CHECK_FALSE(relay::is_full(slow.source()));
  slow.push_frames(1, 1);
  CHECK(relay::is_full(slow.source()));
}
