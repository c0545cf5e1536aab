#include "decode_times.h"
#include "support/catch.h"

#include <vector>

using relay::decode_times;

namespace {

constexpr GstClockTime frame = 33 * GST_MSECOND;

} // namespace

TEST_CASE("Frames in the order in which they are shown are decoded when they are shown") {
  decode_times times;
  for (GstClockTime shown = 1; shown < 100; ++shown) {
    CHECK(times.next(shown * frame) == shown * frame);
  }
}

TEST_CASE("Frames of groups with B-frames are decoded one after the other and before they are shown") {
  // In decode order, counted in frames: two B-frames, and three with one of them as a reference.
  const std::vector<std::vector<GstClockTime>> groups{{2, 0, 1}, {3, 1, 0, 2}};
  for (const auto& group : groups) {
    decode_times times;
    GstClockTime last = times.next(0);
    for (GstClockTime first = 1; first < 200; first += group.size()) {
      for (GstClockTime each : group) {
        const GstClockTime shown = (first + each) * frame;
        const GstClockTime decoded = times.next(shown);
        CHECK(decoded > last);
        // The first group shows how far frames go back; its own first frames are already gone.
        CHECK((first <= group.size() || decoded <= shown));
        last = decoded;
      }
    }
  }
}

TEST_CASE("A publisher whose clock was set back starts anew") {
  decode_times times;
  CHECK(times.next(100 * GST_SECOND) == 100 * GST_SECOND);
  CHECK(times.next(2 * GST_SECOND) == 2 * GST_SECOND);
  CHECK(times.next(2 * GST_SECOND + frame) == 2 * GST_SECOND + frame);
}
