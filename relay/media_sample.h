// One frame of a broadcast, as every receiver of it gets it.
#pragma once

#include "gst_ptr.h"

#include <cstddef>
#include <cstdint>

namespace relay {

enum class track : std::uint8_t {
  h264, // access units with lengths before their units (stream-format=avc)
  aac,  // for RTMP
  opus, // for WebRTC
};

struct media_sample {
  relay::track track;
  sample_ptr sample;
  GstClockTime time; // on the shared clock, see pipeline::time
  bool key_frame;    // of h264: decodable without what came before

  [[nodiscard]] std::size_t size() const { return gst_buffer_get_size(gst_sample_get_buffer(sample.get())); }
};

// Another sample of the same data, to be shown that much earlier: for a receiver whose time starts later.
[[nodiscard]] sample_ptr shifted(const media_sample& from, GstClockTime origin);

} // namespace relay
