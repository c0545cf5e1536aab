#include "media_sample.h"

#include <algorithm>

namespace relay {

sample_ptr shifted(const media_sample& from, GstClockTime origin) {
  GstBuffer* copy = gst_buffer_copy(gst_sample_get_buffer(from.sample.get()));
  GST_BUFFER_PTS(copy) = std::max(from.time, from.decode_time) - origin;
  GST_BUFFER_DTS(copy) = from.decode_time - origin;
  sample_ptr made{gst_sample_new(copy, gst_sample_get_caps(from.sample.get()), nullptr, nullptr)};
  gst_buffer_unref(copy);
  return made;
}

} // namespace relay
