#include "relay/unit/stalled_source.h"
#include "support/catch.h"
#include "viewer_queue.h"

#include <algorithm>
#include <cstddef>

using relay::media_sample;
using relay::track;
using relay::viewer_queue;

namespace {

// A viewer that reads nothing.
struct stalled : relay_test::stalled_source {
  explicit stalled(track kind) : of(kind) {}

  bool push(GstClockTime time, std::size_t size, bool key_frame = false) {
    GstBuffer* bytes = gst_buffer_new_allocate(nullptr, size, nullptr);
    media_sample pushed{.track = of,
                        .sample = relay::sample_ptr{gst_sample_new(bytes, nullptr, nullptr, nullptr)},
                        .time = time,
                        .decode_time = time,
                        .key_frame = key_frame};
    gst_buffer_unref(bytes);
    return queue.push(pushed);
  }

  track of;
  viewer_queue queue{relay::share(element.get()), of};
};

} // namespace

TEST_CASE("A viewer that stops reading misses the oldest sound, and its queue stays short") {
  stalled viewer{track::opus};
  GstClockTime time = 0;
  for (guint64 sent = 1; sent <= 3000; ++sent) {
    CHECK(viewer.push(time, 1200));
    CHECK(viewer.frames() == std::min(sent, viewer_queue::most_sound));
    time += 20 * GST_MSECOND;
  }
}

TEST_CASE("A viewer that stops reading gets no more of the picture, not even key frames") {
  stalled viewer{track::h264};
  for (GstClockTime second = 0; second < 600; ++second) {
    viewer.push(second * GST_SECOND, 300'000, true);
    viewer.push(second * GST_SECOND + 33 * GST_MSECOND, 30'000);
    CHECK(viewer.bytes() <= viewer_queue::most_picture + 300'000);
  }
  CHECK(viewer.bytes() > viewer_queue::most_picture);
}

TEST_CASE("A viewer's picture starts with a key frame") {
  stalled viewer{track::h264};
  CHECK_FALSE(viewer.push(0, 1000));
  CHECK(viewer.frames() == 0);
  CHECK(viewer.push(1, 1000, true));
  CHECK(viewer.push(2, 1000));
  CHECK(viewer.frames() == 2);
}
