#include "support/catch.h"
#include "viewer_queue.h"

#include <algorithm>
#include <cstddef>

using relay::media_sample;
using relay::track;
using relay::viewer_queue;

namespace {

// A viewer that reads nothing: a live source sends only once it plays.
struct stalled {
  explicit stalled(track kind) : of(kind) { gst_element_set_state(source.get(), GST_STATE_PAUSED); }
  stalled(const stalled&) = delete;
  stalled& operator=(const stalled&) = delete;
  ~stalled() { gst_element_set_state(source.get(), GST_STATE_NULL); }

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
  [[nodiscard]] guint64 frames() const {
    return gst_app_src_get_current_level_buffers(GST_APP_SRC(source.get()));
  }
  [[nodiscard]] guint64 bytes() const {
    return gst_app_src_get_current_level_bytes(GST_APP_SRC(source.get()));
  }

  track of;
  relay::gst_ptr<GstElement> source = make();
  viewer_queue queue{relay::share(source.get()), of};

private:
  static relay::gst_ptr<GstElement> make() {
    // The library contains the element, so no plugin is looked for.
    g_setenv("GST_REGISTRY_DISABLE", "yes", TRUE);
    gst_init(nullptr, nullptr);
    return relay::gst_ptr<GstElement>{GST_ELEMENT(gst_object_ref_sink(
        g_object_new(GST_TYPE_APP_SRC, "format", GST_FORMAT_TIME, "is-live", TRUE, nullptr)))};
  }
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
