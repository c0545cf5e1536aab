// Decode times of H.264 frames. RTP carries only the time at which a frame is shown; RTMP also needs the time
// at which it is decoded, which is earlier where B-frames reorder the picture.
#pragma once

#include "gst_ptr.h"

#include <algorithm>

namespace relay {

class decode_times {
public:
  // Takes the frames' presentation times in decode order. Each decode time is later than the one before, and
  // not later than its presentation time once the first reordered frame has shown how far frames go back.
  [[nodiscard]] GstClockTime next(GstClockTime shown) {
    if (newest_ > shown + reset) { // the publisher's clock was set back
      *this = {};
    }
    newest_ = std::max(newest_, shown);
    if (newest_ > shown) {
      reordering_ = std::max(reordering_, newest_ - shown + margin);
    }
    last_ = std::max(last_ + step, shown - std::min(shown, reordering_));
    return last_;
  }

private:
  static constexpr GstClockTime step = GST_MSECOND; // RTMP counts milliseconds
  static constexpr GstClockTime margin =
      40 * step; // for the network's jitter, and frames that follow at once
  static constexpr GstClockTime reset = GST_SECOND;

  GstClockTime newest_ = 0;
  GstClockTime reordering_ = 0;
  GstClockTime last_ = 0;
};

} // namespace relay
