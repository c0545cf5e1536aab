// The frames of one track that wait for a viewer. A viewer that reads too slowly misses the oldest sound, and
// the picture until the next key frame for which there is room.
#pragma once

#include "gst_ptr.h"
#include "media_sample.h"

#include <gst/app/gstappsrc.h>

namespace relay {

class viewer_queue {
public:
  // About two seconds of each.
  static constexpr guint64 most_picture = 1'000'000; // bytes
  static constexpr guint64 most_sound = 100;         // frames

  // For a track that the viewer did not ask for.
  viewer_queue() = default;
  // Takes an appsrc.
  viewer_queue(gst_ptr<GstElement> source, track of);

  // Returns false if the viewer can use nothing but a key frame now.
  bool push(const media_sample& what);

private:
  gst_ptr<GstElement> source_;
  bool waits_for_key_frame_ = true;
};

} // namespace relay
