// One frame of a broadcast, as every receiver gets it.
#pragma once

#include "gst_ptr.h"

#include <cstddef>
#include <cstdint>

namespace relay {

enum class track : std::uint8_t {
  h264, // access units with length-prefixed NAL units (stream-format=avc)
  aac,  // for RTMP
  opus, // for WebRTC
};

struct media_sample {
  relay::track track;
  sample_ptr sample;
  GstClockTime time; // when it is shown or heard, on the shared clock, see pipeline::time
  GstClockTime decode_time;
  bool key_frame; // for h264: decodable without earlier frames

  [[nodiscard]] std::size_t size() const { return gst_buffer_get_size(gst_sample_get_buffer(sample.get())); }
};

// A sample with the same data and its time relative to `origin`, for a receiver that starts later.
[[nodiscard]] sample_ptr shifted(const media_sample& from, GstClockTime origin);

} // namespace relay
